/* SPDX-License-Identifier: Apache-2.0 */
/* Checks of doctor outside of the database: files, sockets, peers. */
#include "config.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/un.h>
#include <unistd.h>

#include "libshared/base/conf.h"
#include "libshared/base/str.h"
#include "libshared/doors/http.h"
#include "libshared/skeleton/process.h"
#include "modules/ctl/api/routes.h"
#include "modules/ctl/ctl.h"
#include "modules/ctl/doctor/doctor.h"

#define PEER_MS		5000
#define SPOOL_FREE_MIN	((uint64_t)1 << 30)	/* a few of the largest JARs */
#define STATUS_LINE_MAX	4096	/* of /proc/PID/status: some 400 groups */
#define MANIFEST_TYPES	"application/vnd.oci.image.manifest.v1+json, " \
			"application/vnd.oci.image.index.v1+json, " \
			"application/vnd.docker.distribution.manifest.v2+json"

bool
doctor_peers_bad(struct ctl *ctl, const char *what, const char *why,
    const char *advice)
{
	(void)fail(ctl->ctx, ERR_INTERNAL, "doctor", "%s: %s; %s", what, why,
	    advice);
	return false;
}

/*
 * doctor_peers_closed - checks that only its owner can read a credential file
 */
static bool
doctor_peers_closed(struct ctl *ctl, int dir, const char *name)
{
	struct stat st;

	if (fstatat(dir, name, &st, 0) != 0)
		return doctor_peers_bad(ctl, name, strerror(errno),
		    "make it readable");
	if (!S_ISREG(st.st_mode))
		return true;
	if ((st.st_mode & (S_IRWXO | S_IWGRP)) != 0)
		return doctor_peers_bad(ctl, name,
		    "others may read or change it",
		    "chmod 0400 it");
	if (faccessat(dir, name, R_OK, AT_EACCESS) != 0)
		return doctor_peers_bad(ctl, name, strerror(errno),
		    "give it to the user that runs this");
	return true;
}

bool
check_credentials(struct ctl *ctl)
{
	const char *path = getenv("CREDENTIALS_DIRECTORY");
	struct dirent *entry;
	bool good = true;
	DIR *dir;

	if (path == NULL || conf_credential_path(ctl->ctx, "db.pass") == NULL)
		return doctor_peers_bad(ctl, "db.pass",
		    "is not in $CREDENTIALS_DIRECTORY",
		    "run this with the credentials of cameleer_ctl");
	if ((dir = opendir(path)) == NULL)
		return doctor_peers_bad(ctl, path, strerror(errno),
		    "make it readable");
	while (good && (entry = readdir(dir)) != NULL)
		good = doctor_peers_closed(ctl, dirfd(dir), entry->d_name);
	(void)closedir(dir);
	return good;
}

/* doctor_peers_connect - returns a socket, or -1 with errno */
static int
doctor_peers_connect(const char *path)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int fd, saved;

	if (strlen(path) >= sizeof(address.sun_path)) {
		errno = ENAMETOOLONG;
		return -1;
	}
	memcpy(address.sun_path, path, strlen(path) + 1);
	if ((fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC |
	    SOCK_NONBLOCK, 0)) == -1 || connect(fd,
	    (const struct sockaddr *)&address, sizeof(address)) == 0)
		return fd;
	saved = errno;
	(void)close(fd);
	errno = saved;
	return -1;
}

/* line_has - whether one of the numbers of a line is this one */
static bool
line_has(const char *line, unsigned long number)
{
	char *end;
	unsigned long n;

	for (;; line = end) {
		n = strtoul(line, &end, 10);
		if (end == line)
			return false;
		if (n == number)
			return true;
	}
}

/*
 * worker_shares - whether the worker is in the group of a directory, or owns
 * it; true when it cannot be asked, which check_worker_socket() tells
 */
static bool
worker_shares(struct ctl *ctl, const struct stat *st)
{
	const char *path = text_printf(ctl->ctx->mem, "%s/worker.sock",
	    process.conf->run_dir);
	struct ucred peer = { 0, 0, 0 };
	socklen_t len = sizeof(peer);
	char line[STATUS_LINE_MAX];
	bool has = false;
	FILE *status;
	int fd;

	if (path == NULL || (fd = doctor_peers_connect(path)) == -1)
		return true;
	(void)getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &len);
	(void)close(fd);
	path = text_printf(ctl->ctx->mem, "/proc/%ld/status",
	    (long)peer.pid);
	if (peer.uid == 0 || peer.uid == st->st_uid || path == NULL ||
	    (status = fopen(path, "re")) == NULL)
		return true;
	while (!has && fgets(line, sizeof(line), status) != NULL)
		has = (strncmp(line, "Gid:", 4) == 0 && line_has(line + 4,
		    st->st_gid)) || (strncmp(line, "Groups:", 7) == 0 &&
		    line_has(line + 7, st->st_gid));
	(void)fclose(status);
	return has;
}

/* The responders' group must be able to write there, not the user of doctor. */
bool
check_spool(struct ctl *ctl)
{
	const char *path = process.conf->spool_dir;
	struct statvfs vfs;
	struct stat st;

	if (stat(path, &st) != 0)
		return doctor_peers_bad(ctl, path, strerror(errno),
		    "make the directory spool_dir names");
	if (!S_ISDIR(st.st_mode))
		return doctor_peers_bad(ctl, path, "is not a directory",
		    "make the directory spool_dir names");
	if ((st.st_mode & S_IRWXO) != 0)
		return doctor_peers_bad(ctl, path, "everybody on this machine "
		    "may read or change what customers upload",
		    "chmod 2770 it");
	if ((st.st_mode & (S_ISGID | S_IWGRP)) != (S_ISGID | S_IWGRP))
		return doctor_peers_bad(ctl, path,
		    "apps.fcgi and the worker cannot share "
		    "files there", "chgrp it to their group, chmod 2770 it");
	if (!worker_shares(ctl, &st))
		return doctor_peers_bad(ctl, path, text_printf(ctl->ctx->mem,
		    "the worker is not in its group, %lu, and reads no upload",
		    (unsigned long)st.st_gid), "chgrp it to the group that "
		    "apps.fcgi and the worker share");
	if (statvfs(path, &vfs) != 0)
		return doctor_peers_bad(ctl, path, strerror(errno),
		    "look at the mount");
	if ((uint64_t)vfs.f_bavail * vfs.f_frsize < SPOOL_FREE_MIN)
		return doctor_peers_bad(ctl, path, "less than 1 GiB is free",
		    "make room: uploads are refused when it is full");
	return true;
}

static bool
doctor_peers_answers(const char *path)
{
	int fd = doctor_peers_connect(path);

	if (fd != -1)
		(void)close(fd);
	return fd != -1;
}

/* doctor_peers_socket - does PROGRAM answer at NAME.sock? */
static bool
doctor_peers_socket(struct ctl *ctl, const char *name, const char *program)
{
	const char *path = text_printf(ctl->ctx->mem, "%s/%s.sock",
	    process.conf->run_dir, name);

	if (path != NULL && doctor_peers_answers(path))
		return true;
	if (errno == EACCES)
		return doctor_peers_bad(ctl, path, strerror(errno),
		    "run this as root, or in the group of run_dir");
	if (errno == EAGAIN)
		return doctor_peers_bad(ctl, path, "takes no more connections",
		    text_printf(ctl->ctx->mem, "look at the log of %s",
		    program));
	return doctor_peers_bad(ctl, path, strerror(errno),
	    text_printf(ctl->ctx->mem, "start %s and look at its log",
	    program));
}

bool
check_sockets(struct ctl *ctl)
{
	size_t i;

	for (i = 0; i < MODULES; i++)
		if (!doctor_peers_socket(ctl, modules[i], text_printf(
		    ctl->ctx->mem, "%s.fcgi", modules[i])))
			return false;
	return doctor_peers_socket(ctl, "auth-check", "auth.fcgi");
}

bool
check_worker_socket(struct ctl *ctl)
{
	return doctor_peers_socket(ctl, "worker", "cameleer-worker");
}

bool
doctor_peers_ask(struct ctl *ctl, const struct peer_question *question,
    struct http_response *response)
{
	const struct http_header headers[] = {
		{ "Accept", question->accept == NULL ? "*/*" :
		    question->accept },
		{ NULL, NULL },
	};
	const struct http_request request = {
		HTTP_DEFAULTS, .method = "GET", .url = question->url,
		.unix_socket = question->socket, .headers = headers,
		.ca_file = question->ca_file, .policy = HTTP_CONFIGURED,
		.timeout_ms = PEER_MS,
	};

	fail_clear(ctl->ctx);
	return http_call(ctl->ctx, &request, response) == ERR_OK;
}

/*
 * doctor_peers_get - returns the status of a GET, or -1 with http_call()'s
 * fault
 */
static int
doctor_peers_get(struct ctl *ctl, const char *url, const char *socket,
    const char *accept)
{
	const struct peer_question question = { url, socket, accept, NULL };
	struct http_response response;

	return doctor_peers_ask(ctl, &question, &response) ?
	    response.status : -1;
}

/* doctor_peers_refuse - reports what a peer answered instead of 200 */
static bool
doctor_peers_refuse(struct ctl *ctl, const char *what, int status,
    const char *advice)
{
	const char *why = ctl->ctx->fault.detail;

	if (status == -1) {
		fail_clear(ctl->ctx);
		return doctor_peers_bad(ctl, what, why == NULL ?
		    "no answer" : why,
		    advice);
	}
	return doctor_peers_bad(ctl, what, text_printf(ctl->ctx->mem,
	    "answers %d",
	    status), advice);
}

/* registry_socket - where the registry listens; NULL: at registry_url */
static const char *
registry_socket(void)
{
	const char *path = conf_value(process.conf, "registry_socket");

	return path[0] != '\0' ? path : NULL;
}

/* registry_refuses - is who asks for this path without a password refused? */
static bool
registry_refuses(struct ctl *ctl, const char *path)
{
	const char *pull = conf_value(process.conf, "registry_pull");
	bool local = strncmp(pull, "127.", 4) == 0 ||
	    strncmp(pull, "localhost", 9) == 0;
	int status;

	status = doctor_peers_get(ctl, text_printf(ctl->ctx->mem,
	    "%s://%s/v2/%s", local ? "http" : "https", pull, path), NULL,
	    MANIFEST_TYPES);
	if (status == 401)
		return true;
	if (status == 200)
		return doctor_peers_bad(ctl, pull, "the registry asks nobody "
		    "for a password: everybody who reaches it can read the "
		    "images of all tenants", "put nginx in front of it, see "
		    "nginx/registry.conf.in");
	return doctor_peers_refuse(ctl, pull, status,
	    "start the nginx in front of the registry, or set registry_pull "
	    "right");
}

/* manifest_path - of the image that this setting names by its digest */
static const char *
manifest_path(struct ctl *ctl, const char *image)
{
	struct str digest = str_of(image), name = str_cut(&digest, '@');

	return text_printf(ctl->ctx->mem, "%.*s/manifests/%.*s",
	    (int)name.len, name.p, (int)digest.len, digest.p);
}

/* registry_asks - for a password, at its address and for an image */
static bool
registry_asks(struct ctl *ctl)
{
	const char *image = conf_value(process.conf, "base_image");

	if (conf_value(process.conf, "registry_pull")[0] == '\0')
		return doctor_peers_bad(ctl, "registry_pull", "is not set",
		    "set it: the engine pulls images from there");
	return registry_refuses(ctl, "") && (image[0] == '\0' ||
	    registry_refuses(ctl, manifest_path(ctl, image)));
}

bool
check_registry(struct ctl *ctl)
{
	const char *url = conf_value(process.conf, "registry_url");
	int status;

	if (url[0] == '\0')
		return doctor_peers_bad(ctl, "registry_url", "is not set",
		    "set it: images are pushed there");
	status = doctor_peers_get(ctl, text_printf(ctl->ctx->mem, "%s/v2/",
	    url), registry_socket(), NULL);
	if (status != 200)
		return doctor_peers_refuse(ctl, registry_socket() != NULL ?
		    registry_socket() : url, status, "start the registry, or "
		    "set registry_url and registry_socket right");
	if (registry_socket() == NULL)
		return doctor_peers_bad(ctl, url, "the registry asks nobody: "
		    "everybody who reaches it can replace the images of all "
		    "tenants", "let it listen at a socket, and set "
		    "registry_socket");
	return registry_asks(ctl);
}

/* doctor_peers_image - does the registry have the image of this setting? */
static bool
doctor_peers_image(struct ctl *ctl, const char *setting, const char *what)
{
	const char *url = conf_value(process.conf, "registry_url");
	const char *image = conf_value(process.conf, setting);
	int status;

	if (image[0] == '\0')
		return doctor_peers_bad(ctl, setting, "is not set",
		    text_printf(ctl->ctx->mem, "set it to %s, by its digest",
		    what));
	status = doctor_peers_get(ctl, text_printf(ctl->ctx->mem,
	    "%s/v2/%s", url, manifest_path(ctl, image)), registry_socket(),
	    MANIFEST_TYPES);
	return status == 200 || doctor_peers_refuse(ctl, image, status,
	    text_printf(ctl->ctx->mem, "push %s to the registry, or set %s "
	    "right", what, setting));
}

bool
check_base_image(struct ctl *ctl)
{
	static const char *const more[] = { "base_image_21",
	    "base_image_25" };
	size_t i;

	if (!doctor_peers_image(ctl, "base_image", "the base image"))
		return false;
	for (i = 0; i < nitems(more); i++)
		if (conf_value(process.conf, more[i])[0] != '\0' &&
		    !doctor_peers_image(ctl, more[i], "the base image"))
			return false;
	return true;
}

bool
check_server_image(struct ctl *ctl)
{
	return doctor_peers_image(ctl, "server_image",
	    "the image of cameleer-server");
}

bool
check_engine(struct ctl *ctl)
{
	const char *socket = conf_value(process.conf, "engine_socket");
	int status = doctor_peers_get(ctl, "http://engine/_ping", socket, NULL);

	return status == 200 || doctor_peers_refuse(ctl, socket, status,
	    "start the container engine's API, or set engine_socket right");
}
