/* SPDX-License-Identifier: Apache-2.0 */
/* Reads conditions, rollouts, events, amounts and rights. */
#include "config.h"

#include <string.h>

#include "libshared/base/str.h"
#include "libshared/doors/json.h"
#include "modules/worker/kube/kube_read.h"
#include "modules/worker/peer.h"

#define FRACTION_MAX	9	/* digits */
#define MIB_MILLI	((int64_t)1000 << 20)

static const struct json *
part_of(const struct json *object, const char *one, const char *two)
{
	return json_get(json_get(object, one), two);
}

static int64_t
number_of(const struct json *object, const char *name)
{
	int64_t value;

	return json_int(json_get(object, name), &value) ? value : 0;
}

void
kube_condition(const struct json *object, const char *type,
    struct kube_condition *condition)
{
	const struct json *list = part_of(object, "status", "conditions"), *row;
	size_t i;

	*condition = (struct kube_condition){ NULL, NULL, NULL };
	for (i = 0; i < json_count(list); i++) {
		row = json_at(list, i);
		if (!json_member_is(row, "type", type))
			continue;
		*condition = (struct kube_condition){
		    json_member(row, "status"), json_member(row, "reason"),
		    json_member(row, "message") };
	}
}

static bool
condition_is(const struct json *object, const char *type, const char *status)
{
	struct kube_condition condition;

	kube_condition(object, type, &condition);
	return condition.status != NULL &&
	    strcmp(condition.status, status) == 0;
}

/* is_current - is its status about what it says now? */
static bool
is_current(const struct json *object)
{
	int64_t made = number_of(json_get(object, "metadata"), "generation");

	return made > 0 && number_of(json_get(object, "status"),
	    "observedGeneration") >= made;
}

enum kube_standing
kube_flux(struct ctx *ctx, const struct json *object, const char **why)
{
	struct kube_condition ready;

	kube_condition(object, "Ready", &ready);
	*why = peer_words(ctx, ready.message, KUBE_WORDS_MAX);
	if (condition_is(object, "Stalled", "True"))
		return KUBE_FAILED;
	return is_current(object) && ready.status != NULL &&
	    strcmp(ready.status, "True") == 0 &&
	    !condition_is(object, "Reconciling", "True") ? KUBE_READY :
	    KUBE_WAITING;
}

/* revision_id - the commit of "main@sha1:0123…" */
static const char *
revision_id(const char *revision)
{
	const char *colon = revision == NULL ? NULL : strrchr(revision, ':');

	return colon != NULL && strlen(colon + 1) == 40 && strspn(colon + 1,
	    "0123456789abcdef") == 40 ? colon + 1 : NULL;
}

enum kube_standing
kube_applied(struct ctx *ctx, const struct json *object,
    struct kube_revisions *at, const char **why)
{
	const struct json *status = json_get(object, "status");
	enum kube_standing standing = kube_flux(ctx, object, why);
	struct kube_condition ready;

	kube_condition(object, "Ready", &ready);
	at->applied = revision_id(json_member(status, "lastAppliedRevision"));
	at->attempted = revision_id(json_member(status,
	    "lastAttemptedRevision"));
	if (ready.reason != NULL && strcmp(ready.reason, "BuildFailed") == 0)
		return KUBE_FAILED;
	return standing;
}

/* rollout_refused - pods that the quota or the profile does not allow */
static const char *
rollout_refused(struct ctx *ctx, const struct json *object)
{
	struct kube_condition failure;

	kube_condition(object, "ReplicaFailure", &failure);
	return failure.status == NULL || strcmp(failure.status, "True") != 0 ?
	    NULL : peer_words(ctx, failure.message, KUBE_WORDS_MAX);
}

enum kube_standing
kube_rollout(struct ctx *ctx, const struct json *object, const char **why)
{
	const struct json *status = json_get(object, "status");
	struct kube_condition progress;
	int64_t wanted = 1, updated = number_of(status, "updatedReplicas");

	*why = "the cluster has not begun with it yet";
	if (!is_current(object))
		return KUBE_WAITING;
	if (!json_int(part_of(object, "spec", "replicas"), &wanted))
		wanted = 1;
	kube_condition(object, "Progressing", &progress);
	if (progress.reason != NULL && strcmp(progress.reason,
	    "ProgressDeadlineExceeded") == 0) {
		*why = "it did not become healthy in time";
		return KUBE_FAILED;
	}
	if ((*why = rollout_refused(ctx, object)) != NULL)
		return KUBE_WAITING;
	*why = "its pod is being started";
	if (updated < wanted)
		return KUBE_WAITING;
	*why = "the pod before it is being stopped";
	if (number_of(status, "replicas") > updated)
		return KUBE_WAITING;
	*why = "its pod is not ready yet";
	return number_of(status, "availableReplicas") < updated ?
	    KUBE_WAITING : KUBE_READY;
}

/* event_time - the last time that it happened, as text that sorts */
static const char *
event_time(const struct json *event)
{
	const char *at = json_member(event, "lastTimestamp");

	if (at == NULL)
		at = json_member(event, "eventTime");
	return at == NULL ? "" : at;
}

const char *
kube_warning(struct ctx *ctx, const struct json *events)
{
	const struct json *list = json_get(events, "items"), *row, *last = NULL;
	size_t i;

	for (i = 0; i < json_count(list); i++) {
		row = json_at(list, i);
		if (json_member_is(row, "type", "Warning") && (last == NULL ||
		    strcmp(event_time(row), event_time(last)) >= 0))
			last = row;
	}
	return last == NULL ? NULL : text_printf(ctx->mem, "%s: %s",
	    peer_words(ctx, json_member(last, "reason"), KUBE_WORDS_MAX),
	    peer_words(ctx, json_member(last, "message"), KUBE_WORDS_MAX));
}

/* Thousandths of one, for each suffix; n and u are parts of a thousandth. */
static const struct { const char *suffix; int64_t milli, parts; } units[] = {
	{ "", 1000, 1 }, { "m", 1, 1 }, { "u", 1, 1000 },
	{ "n", 1, 1000000 }, { "k", 1000000, 1 }, { "M", 1000000000, 1 },
	{ "G", INT64_C(1000000000000), 1 },
	{ "T", INT64_C(1000000000000000), 1 }, { "Ki", 1024000, 1 },
	{ "Mi", MIB_MILLI, 1 }, { "Gi", MIB_MILLI * 1024, 1 },
	{ "Ti", MIB_MILLI * 1024 * 1024, 1 }, { "e3", 1000000, 1 },
	{ "e6", 1000000000, 1 }, { "e9", INT64_C(1000000000000), 1 },
};

bool
kube_quantity(const char *text, int64_t *milli)
{
	int64_t whole = 0, fraction = 0, scale = 1, made, more;
	size_t i, n = text == NULL ? 0 : strspn(text, "0123456789");
	const char *rest = n == 0 ? NULL : text + n;

	if (n == 0 || !str_int((struct str){ text, n }, 0, INT64_MAX, &whole))
		return false;
	if (*rest == '.') {
		n = strspn(++rest, "0123456789");
		if (n == 0 || n > FRACTION_MAX || !str_int((struct str){ rest,
		    n }, 0, INT64_MAX, &fraction))
			return false;
		for (rest += n; n > 0; n--)
			scale *= 10;
	}
	for (i = 0; i < nitems(units); i++)
		if (strcmp(units[i].suffix, rest) == 0)
			break;
	if (i == nitems(units) ||
	    __builtin_mul_overflow(whole, units[i].milli, &made) ||
	    __builtin_mul_overflow(fraction, units[i].milli, &more) ||
	    __builtin_add_overflow(made, more / scale, &made))
		return false;
	*milli = made / units[i].parts;
	return true;
}

void
kube_nodes(const struct json *list, struct kube_room *room)
{
	const struct json *items = json_get(list, "items"), *has;
	int64_t cpu, memory;
	size_t i;

	for (i = 0; i < json_count(items); i++) {
		has = part_of(json_at(items, i), "status", "allocatable");
		if (!kube_quantity(json_member(has, "cpu"), &cpu) ||
		    !kube_quantity(json_member(has, "memory"), &memory) ||
		    cpu > INT64_MAX / 2 - room->cpu_millis)
			continue;
		room->cpu_millis += cpu;
		room->memory_mb += memory / MIB_MILLI;
		room->nodes++;
	}
}

static bool
list_has(const struct json *list, const char *word)
{
	const char *text;
	size_t i;

	for (i = 0; i < json_count(list); i++) {
		text = json_text(json_at(list, i), NULL);
		if (text != NULL && (strcmp(text, word) == 0 ||
		    strcmp(text, "*") == 0))
			return true;
	}
	return false;
}

const struct kube_need *
kube_missing(const struct json *review, const struct kube_need *needs)
{
	const struct json *rules = part_of(review, "status", "resourceRules");
	const struct json *rule;
	bool met;
	size_t i;

	for (; needs->verb != NULL; needs++) {
		met = false;
		for (i = 0; i < json_count(rules); i++) {
			rule = json_at(rules, i);
			met = met || (json_count(json_get(rule,
			    "resourceNames")) == 0 && list_has(json_get(rule,
			    "apiGroups"), needs->group) && list_has(json_get(
			    rule, "resources"), needs->resource) && list_has(
			    json_get(rule, "verbs"), needs->verb));
		}
		if (!met)
			return needs;
	}
	return NULL;
}

/* verb_excess - the first verb that is not for reading; NULL: all are */
static const char *
verb_excess(const struct json *verbs)
{
	const char *verb;
	size_t i;

	for (i = 0; i < json_count(verbs); i++) {
		verb = json_text(json_at(verbs, i), NULL);
		if (verb == NULL || (strcmp(verb, "get") != 0 &&
		    strcmp(verb, "list") != 0 && strcmp(verb, "watch") != 0))
			return verb == NULL ? "?" : verb;
	}
	return NULL;
}

/* is_own - what everybody may ask about themselves */
static bool
is_own(const struct json *rule)
{
	const struct json *list = json_get(rule, "resources");
	const char *text;
	size_t i;

	for (i = 0; i < json_count(list); i++) {
		text = json_text(json_at(list, i), NULL);
		if (text == NULL || strncmp(text, "selfsubject", 11) != 0)
			return false;
	}
	return json_count(list) > 0;
}

const char *
kube_excess(struct ctx *ctx, const struct json *review)
{
	const struct json *rules = part_of(review, "status", "resourceRules");
	const struct json *rule, *resources;
	const char *verb;
	size_t i;

	for (i = 0; i < json_count(rules); i++) {
		rule = json_at(rules, i);
		resources = json_get(rule, "resources");
		verb = verb_excess(json_get(rule, "verbs"));
		if (is_own(rule))
			continue;
		if (verb == NULL && list_has(resources, "secrets"))
			verb = "read";
		if (verb != NULL)
			return text_printf(ctx->mem, "%s %s", peer_words(ctx,
			    verb, 40), peer_words(ctx, json_text(json_at(
			    resources, 0), NULL), 80));
	}
	return NULL;
}
