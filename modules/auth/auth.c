/* SPDX-License-Identifier: Apache-2.0 */
/*
 * auth.fcgi - accounts, sessions and tokens; the access check of the tenant
 * proxy.
 *
 * Owns tables account, session, refresh_token, one_time_token, api_token,
 * login_guess, totp, recovery_code, sign_in_challenge, passkey,
 * passkey_challenge, device_login and email_change.  The worker deletes old
 * rows of two and settles account_request, to which this module only adds;
 * SECURITY DEFINER functions of the schema gate make accounts and end sessions
 * for the other modules.  Queues mails.  Start reading at routes[].
 */
#include "config.h"

#include "libshared/proto/password.h"
#include "libshared/proto/place_row.h"
#include "libshared/skeleton/common.h"
#include "libshared/skeleton/jwks.h"
#include "libshared/skeleton/reply.h"
#include "libshared/skeleton/service.h"
#include "modules/auth/access/access.h"
#include "modules/auth/account/account.h"
#include "modules/auth/factor/factor.h"
#include "modules/auth/factor/passkey.h"
#include "modules/auth/person.h"
#include "modules/auth/session/session.h"
#include "modules/auth/signin/signin.h"

#define HASHES_MAX	4	/* at once, in all children (threat T6) */

#define SIGN_IN		(ROUTE_WRITE | ROUTE_REMOTE | ROUTE_SECRET)
#define MINT		(ROUTE_WRITE | ROUTE_SECRET | ROUTE_FRESH)

static const struct route routes[] = {
	ROUTES_COMMON("auth"),
	{ POST, "/api/auth/register", PERM_PUBLIC, account_register,
	    .about = "Registers an address; a mail contains the link by which "
		"the account is made.",
	    .flags = ROUTE_WRITE, .audit = "account.register",
	    .input = register_fields, .output = accepted_view, .status = 202 },
	{ POST, "/api/auth/verify", PERM_PUBLIC, account_verify,
	    .about = "Confirms the address by the token of the link, and makes "
		"the account with this name and password.",
	    .flags = SIGN_IN, .audit = "account.verify",
	    .input = verify_fields, .output = account_view },
	{ POST, "/api/auth/recover", PERM_PUBLIC, account_recover,
	    .about = "Mails a link to set a new password.",
	    .flags = ROUTE_WRITE, .audit = "account.recover",
	    .input = recover_fields, .output = accepted_view, .status = 202 },
	{ POST, "/api/auth/reset", PERM_PUBLIC, account_reset,
	    .about = "Sets a new password and ends all sessions.",
	    .flags = SIGN_IN, .audit = "account.reset", .input = reset_fields,
	    .output = account_view },
	{ POST, "/api/auth/login", PERM_PUBLIC, login_post,
	    .about = "Opens a session, or asks for a second factor.",
	    .flags = SIGN_IN, .audit = "session.open", .input = login_fields,
	    .output = grant_view },
	{ POST, "/api/auth/login/second", PERM_PUBLIC, login_second,
	    .about = "Opens the session that a challenge is for.",
	    .flags = SIGN_IN, .audit = "session.second",
	    .input = login_second_fields, .output = grant_view },
	{ POST, "/api/auth/step-up", PERM_ACCOUNT, step_up,
	    .about = "Proves the person again: the sign-in is then fresh for "
		"10 minutes.",
	    .flags = SIGN_IN, .audit = "session.prove", .input = step_up_fields,
	    .status = 204 },
	{ GET, "/api/auth/factors", PERM_ACCOUNT, factors_get,
	    .about = "Shows the second factors of the account.",
	    .output = factors_view },
	{ POST, "/api/auth/factors/totp", PERM_ACCOUNT, totp_start,
	    .about = "Makes the secret of an authenticator app; it is shown "
		"once.",
	    .flags = MINT, .audit = "factor.start", .output = totp_view },
	{ POST, "/api/auth/factors/totp/confirm", PERM_ACCOUNT, totp_confirm,
	    .about = "Enables the app by its first code; returns recovery "
		"codes.",
	    .flags = ROUTE_WRITE | ROUTE_SECRET, .audit = "factor.confirm",
	    .input = totp_confirm_fields, .output = recovery_view },
	{ DELETE, "/api/auth/factors/totp", PERM_ACCOUNT, totp_remove,
	    .about = "Removes the authenticator app.",
	    .flags = ROUTE_WRITE | ROUTE_FRESH, .audit = "factor.remove",
	    .status = 204 },
	{ POST, "/api/auth/factors/recovery-codes", PERM_ACCOUNT,
	    recovery_renew,
	    .about = "Replaces the recovery codes by new ones.",
	    .flags = MINT, .audit = "factor.recovery",
	    .output = recovery_view },
	{ GET, "/api/auth/sso/finish", PERM_PUBLIC, sso_finish_page,
	    .about = "Opens a session after a sign-in by a provider.",
	    .flags = SIGN_IN | ROUTE_BROWSER, .audit = "session.open",
	    .status = 303 },
	{ POST, "/api/auth/sso/finish", PERM_PUBLIC, sso_finish,
	    .about = "The same for a program that keeps the cookie.",
	    .flags = SIGN_IN, .audit = "session.open",
	    .input = sso_finish_fields, .output = grant_view },
	{ POST, "/api/auth/refresh", PERM_PUBLIC, session_refresh,
	    .about = "Returns new tokens for a refresh token.",
	    .flags = SIGN_IN, .audit = "session.refresh",
	    .input = refresh_fields, .output = grant_view },
	{ POST, "/api/auth/switch", PERM_ACCOUNT, session_switch,
	    .about = "Returns an access token that carries one tenant, for "
		"programs; a browser names the tenant in a header.",
	    .flags = ROUTE_WRITE | ROUTE_SECRET, .audit = "session.switch",
	    .input = switch_fields, .output = grant_view },
	{ POST, "/api/auth/logout", PERM_ACCOUNT, session_logout,
	    .about = "Ends this session.",
	    .flags = ROUTE_WRITE, .audit = "session.close", .status = 204 },
	{ GET, "/api/auth/me", PERM_ACCOUNT, me_get,
	    .about = "Shows the account, its tenants, and its permissions in "
		"the tenant of this request.",
	    .flags = ROUTE_TOKEN, .output = me_view },
	{ DELETE, "/api/auth/me", PERM_ACCOUNT, account_forget,
	    .about = "Erases the account: what names the person is deleted.",
	    .flags = ROUTE_WRITE | ROUTE_FRESH, .audit = "account.erase",
	    .status = 204 },
	{ GET, "/api/auth/sessions", PERM_ACCOUNT, session_list,
	    .about = "Lists the sessions of the account.",
	    .output = session_view, .list = true },
	{ PATCH, "/api/auth/me", PERM_ACCOUNT, me_rename,
	    .about = "Changes one's name.",
	    .flags = ROUTE_WRITE | ROUTE_LAST, .audit = "account.rename",
	    .input = me_rename_fields, .output = account_view },
	{ POST, "/api/auth/me/password", PERM_ACCOUNT, me_password,
	    .about = "Changes one's password, and ends all other sessions.",
	    .flags = SIGN_IN | ROUTE_FRESH, .audit = "account.password",
	    .input = me_password_fields, .status = 204 },
	{ POST, "/api/auth/me/email", PERM_ACCOUNT, me_email,
	    .about = "Begins a change of address: both addresses get a link.",
	    .flags = ROUTE_WRITE | ROUTE_FRESH, .audit = "account.email",
	    .input = me_email_fields, .output = accepted_view, .status = 202 },
	{ POST, "/api/auth/me/email/confirm", PERM_ACCOUNT, me_email_confirm,
	    .about = "Says yes to a change of address by the token of a link; "
		"the address changes with the yes of both.",
	    .flags = ROUTE_WRITE, .audit = "account.email_confirm",
	    .input = token_fields, .output = account_view },
	{ POST, "/api/auth/sessions/revoke", PERM_ACCOUNT, session_revoke,
	    .about = "Ends all other sessions of the account, or all.",
	    .flags = ROUTE_WRITE, .audit = "session.revoke",
	    .input = session_revoke_fields, .status = 204 },
	{ DELETE, "/api/auth/sessions/{id}", PERM_ACCOUNT, session_delete,
	    .about = "Ends one session of the account.",
	    .flags = ROUTE_WRITE, .audit = "session.revoke", .status = 204 },
	{ GET, "/api/auth/tokens", PERM_TENANT_READ, token_list,
	    .about = "Lists the API tokens of the account in this tenant; a "
		"token sees itself.",
	    .query = search_query, .output = token_view, .list = true,
	    .counted = true },
	{ POST, "/api/auth/tokens", PERM_TENANT_READ, token_create,
	    .about = "Makes an API token, which is shown once; its scopes are "
		"permissions that the account has.",
	    .flags = MINT, .audit = "api_token.create",
	    .input = token_in_fields, .output = token_made_view,
	    .status = 201,
	    .location = "/api/auth/tokens/{id}" },
	{ POST, "/api/auth/tokens/{id}/rotate", PERM_TENANT_READ, token_rotate,
	    .about = "Replaces this API token by a new one; the old one stays "
		"valid for some hours.",
	    .flags = MINT, .audit = "api_token.rotate", .input = rotate_fields,
	    .output = token_made_view, .status = 201,
	    .location = "/api/auth/tokens/{id}" },
	{ DELETE, "/api/auth/tokens/{id}", PERM_TENANT_READ, token_revoke,
	    .about = "Ends an API token of the account at once; a token can "
		"end itself.",
	    .flags = ROUTE_WRITE | ROUTE_SUSPENDED | ROUTE_TOKEN,
	    .audit = "api_token.revoke",
	    .status = 204 },
	{ GET, "/api/auth/service-accounts", PERM_TOKEN_MANAGE, service_list,
	    .about = "Lists the service accounts of the tenant.",
	    .query = search_query, .output = service_view, .list = true,
	    .counted = true },
	{ POST, "/api/auth/service-accounts", PERM_TOKEN_MANAGE, service_create,
	    .about = "Makes an account for a program, with a role that is not "
		"above yours.",
	    .flags = ROUTE_WRITE, .audit = "service_account.create",
	    .input = service_in_fields, .output = service_view, .status = 201,
	    .location = "/api/auth/service-accounts/{id}" },
	{ DELETE, "/api/auth/service-accounts/{id}", PERM_TOKEN_MANAGE,
	    service_delete,
	    .about = "Ends a service account and its tokens at once.",
	    .flags = ROUTE_WRITE | ROUTE_SUSPENDED,
	    .audit = "service_account.delete", .status = 204 },
	{ GET, "/api/auth/service-accounts/{id}/tokens", PERM_TOKEN_MANAGE,
	    service_token_list,
	    .about = "Lists the API tokens of a service account.",
	    .query = search_query, .output = token_view, .list = true,
	    .counted = true },
	{ POST, "/api/auth/service-accounts/{id}/tokens", PERM_TOKEN_MANAGE,
	    service_token_create,
	    .about = "Makes an API token of a service account, which is shown "
		"once.",
	    .flags = MINT, .audit = "api_token.create",
	    .input = token_in_fields, .output = token_made_view,
	    .status = 201,
	    .location = "/api/auth/service-accounts/{:id}/tokens/{id}" },
	{ POST, "/api/auth/service-accounts/{id}/tokens/{token}/rotate",
	    PERM_TOKEN_MANAGE, service_token_rotate,
	    .about = "Replaces this API token by a new one; the old one stays "
		"valid for some hours.",
	    .flags = MINT, .audit = "api_token.rotate", .input = rotate_fields,
	    .output = token_made_view, .status = 201,
	    .location = "/api/auth/service-accounts/{:id}/tokens/{id}" },
	{ DELETE, "/api/auth/service-accounts/{id}/tokens/{token}",
	    PERM_TOKEN_MANAGE, service_token_revoke,
	    .about = "Ends an API token of a service account at once.",
	    .flags = ROUTE_WRITE | ROUTE_SUSPENDED, .audit = "api_token.revoke",
	    .status = 204 },
	{ POST, "/api/auth/device", PERM_PUBLIC, device_start,
	    .about = "Begins the sign-in of a device without a browser (RFC "
		"8628).",
	    .flags = ROUTE_WRITE | ROUTE_SECRET, .audit = "device.start",
	    .input = device_in_fields, .output = device_started_view },
	{ POST, "/api/auth/device/token", PERM_PUBLIC, device_poll,
	    .about = "Returns the device's session after a person has approved "
		"it; the device polls until then.",
	    .flags = SIGN_IN, .audit = "device.claim", .input = poll_fields,
	    .output = grant_view },
	{ POST, "/api/auth/device/approve", PERM_ACCOUNT, device_approve,
	    .about = "Approves a device, which then acts as you, or refuses "
	    "it.",
	    .flags = ROUTE_WRITE | ROUTE_REMOTE | ROUTE_FRESH,
	    .audit = "device.decide", .input = approve_fields, .status = 204 },
	{ GET, "/api/auth/device/{user_code}", PERM_ACCOUNT, device_show,
	    .about = "Shows which device waits with this code, and from where.",
	    .flags = ROUTE_REMOTE, .output = device_view },
	{ POST, "/api/auth/passkeys/options", PERM_ACCOUNT, passkey_offer,
	    .about = "Begins a new passkey: returns the options for the "
	    "browser.",
	    .flags = ROUTE_WRITE | ROUTE_FRESH | ROUTE_SECRET,
	    .audit = "passkey.offer", .output = passkey_offer_view },
	{ POST, "/api/auth/passkeys", PERM_ACCOUNT, passkey_add,
	    .about = "Stores the passkey that the browser made.",
	    .flags = ROUTE_WRITE, .audit = "passkey.add",
	    .input = passkey_add_fields, .output = passkey_view,
	    .status = 201,
	    .location = "/api/auth/passkeys/{id}" },
	{ GET, "/api/auth/passkeys", PERM_ACCOUNT, passkey_list,
	    .about = "Lists one's passkeys.",
	    .output = passkey_view, .list = true },
	{ GET, "/api/auth/passkeys/{id}", PERM_ACCOUNT, passkey_get,
	    .about = "Shows a passkey.",
	    .output = passkey_view },
	{ PATCH, "/api/auth/passkeys/{id}", PERM_ACCOUNT, passkey_rename,
	    .about = "Renames a passkey.",
	    .flags = ROUTE_WRITE | ROUTE_MATCH, .audit = "passkey.rename",
	    .input = passkey_rename_fields, .output = passkey_view },
	{ DELETE, "/api/auth/passkeys/{id}", PERM_ACCOUNT, passkey_delete,
	    .about = "Forgets a passkey.",
	    .flags = ROUTE_WRITE | ROUTE_FRESH, .audit = "passkey.remove",
	    .status = 204 },
	{ POST, "/api/auth/login/passkey/options", PERM_PUBLIC,
	    passkey_login_ask,
	    .about = "Begins a sign-in by passkey: returns the options for the "
		"browser.",
	    .flags = SIGN_IN, .audit = "passkey.ask",
	    .input = passkey_login_ask_fields, .output = passkey_asking_view },
	{ POST, "/api/auth/login/passkey", PERM_PUBLIC, passkey_login,
	    .about = "Opens a session by a passkey.",
	    .flags = SIGN_IN, .audit = "session.open",
	    .input = passkey_login_fields, .output = grant_view },
	{ POST, "/api/auth/step-up/passkey/options", PERM_ACCOUNT,
	    passkey_prove_ask,
	    .about = "Begins a proof by passkey within a session.",
	    .flags = ROUTE_WRITE | ROUTE_SECRET, .audit = "passkey.ask",
	    .output = passkey_asking_view },
	{ POST, "/api/auth/step-up/passkey", PERM_ACCOUNT, passkey_prove,
	    .about = "Proves the signed-in person by a passkey.",
	    .flags = SIGN_IN, .audit = "session.prove",
	    .input = passkey_prove_fields, .status = 204 },
	{ POST, "/api/auth/invitations/show", PERM_PUBLIC, invitation_show,
	    .about = "Shows the invitation of a link.",
	    .flags = ROUTE_WRITE, .audit = "invitation.show",
	    .input = invitation_show_fields, .output = invitation_show_view },
	{ POST, "/api/auth/invitations/accept", PERM_PUBLIC, invitation_accept,
	    .about = "Joins the tenant: with a new account, or signed in to "
		"the one with that address.",
	    .flags = SIGN_IN, .audit = "invitation.accept",
	    .input = invitation_accept_fields,
	    .output = invitation_accept_view },
	{ GET, "/api/auth/platform/accounts", PERM_PLATFORM_ACCOUNT_READ,
	    platform_account_get,
	    .about = "Shows an account by its address: its state, and whether "
		"it is locked.",
	    .query = platform_account_query, .output = platform_account_view },
	{ POST, "/api/auth/platform/accounts/{id}/unlock",
	    PERM_PLATFORM_ACCOUNT_MANAGE, platform_account_unlock,
	    .about = "Resets the counts of wrong passwords and codes, so that "
		"the person may sign in.",
	    .flags = ROUTE_WRITE, .audit = "account.unlock",
	    .output = platform_account_view },
	{ POST, "/api/auth/platform/accounts/{id}/disable",
	    PERM_PLATFORM_ACCOUNT_MANAGE, platform_account_disable,
	    .about = "Disables an account, and ends its sessions and API "
		"tokens.",
	    .flags = ROUTE_WRITE | ROUTE_FRESH, .audit = "account.disable",
	    .output = platform_account_view },
	{ POST, "/api/auth/platform/accounts/{id}/enable",
	    PERM_PLATFORM_ACCOUNT_MANAGE, platform_account_enable,
	    .about = "Enables the account of a person again.",
	    .flags = ROUTE_WRITE | ROUTE_FRESH, .audit = "account.enable",
	    .output = platform_account_view },
	{ GET, "/api/auth/platform/tenants", PERM_PLATFORM_TENANT_READ,
	    platform_tenant_list,
	    .about = "Lists every tenant; state=requested those that wait for "
		"an operator's yes.",
	    .query = platform_tenant_query, .output = platform_tenant_view,
	    .list = true, .counted = true },
	{ POST, "/api/auth/platform/tenants/{id}/approve",
	    PERM_PLATFORM_TENANT_MANAGE, platform_tenant_approve,
	    .about = "Says yes to a tenant that waits: it is provisioned, and "
		"its owner gets a mail.",
	    .flags = ROUTE_WRITE | ROUTE_FRESH, .audit = "tenant.approve",
	    .output = platform_tenant_view },
	{ POST, "/api/auth/platform/tenants/{id}/refuse",
	    PERM_PLATFORM_TENANT_MANAGE, platform_tenant_refuse,
	    .about = "Says no to a tenant that waits: it is removed, and its "
		"owner gets a mail with the reason.",
	    .flags = ROUTE_WRITE | ROUTE_FRESH, .audit = "tenant.refuse",
	    .input = platform_refuse_fields,
	    .output = platform_tenant_view },
	{ GET, "/api/auth/platform/tenants/{id}/license",
	    PERM_PLATFORM_TENANT_READ, platform_license_get,
	    .about = "Shows the newest licence of a tenant, and the last "
		"decision about it.",
	    .output = platform_license_view },
	{ POST, "/api/auth/platform/tenants/{id}/license/issue",
	    PERM_PLATFORM_TENANT_MANAGE, platform_license_issue,
	    .about = "Has the next licence of a tenant signed, before it "
		"is due.",
	    .flags = ROUTE_WRITE | ROUTE_FRESH, .audit = "license.issue",
	    .input = platform_decision_fields,
	    .output = platform_license_view },
	{ POST, "/api/auth/platform/tenants/{id}/license/suspend",
	    PERM_PLATFORM_TENANT_MANAGE, platform_license_suspend,
	    .about = "Suspends the licence of a tenant: for 7 days it can "
		"be read, not changed.",
	    .flags = ROUTE_WRITE | ROUTE_FRESH, .audit = "license.suspend",
	    .input = platform_decision_fields,
	    .output = platform_license_view },
	{ POST, "/api/auth/platform/tenants/{id}/license/revoke",
	    PERM_PLATFORM_TENANT_MANAGE, platform_license_revoke,
	    .about = "Revokes all licences of a tenant, and puts them on "
		"the list that sites without a network take.",
	    .flags = ROUTE_WRITE | ROUTE_FRESH, .audit = "license.revoke",
	    .input = platform_decision_fields,
	    .output = platform_license_view },
	{ POST, "/api/auth/platform/tenants/{id}/license/reactivate",
	    PERM_PLATFORM_TENANT_MANAGE, platform_license_reactivate,
	    .about = "Gives a tenant a licence again that was suspended or "
		"revoked.",
	    .flags = ROUTE_WRITE | ROUTE_FRESH, .audit = "license.reactivate",
	    .input = platform_decision_fields,
	    .output = platform_license_view },
	{ GET, "/api/auth/platform/places", PERM_PLATFORM_PLACE_READ,
	    platform_place_list,
	    .about = "Lists the places where tenants run, with their room.",
	    .output = place_row_view, .list = true },
	{ POST, "/api/auth/platform/places", PERM_PLATFORM_PLACE_MANAGE,
	    platform_place_add,
	    .about = "Registers a place; it is ready after its first good "
		"check. https is mutual TLS; the key is sealed for the "
		"worker and never shown.",
	    .flags = ROUTE_WRITE | ROUTE_FRESH, .audit = "place.add",
	    .input = place_in_fields, .output = place_row_view, .status = 201,
	    .location = "/api/auth/platform/places/{id}" },
	{ GET, "/api/auth/platform/places/{id}", PERM_PLATFORM_PLACE_READ,
	    platform_place_get,
	    .about = "Shows a place, and what its last check found.",
	    .output = place_row_view },
	{ POST, "/api/auth/platform/places/{id}/check",
	    PERM_PLATFORM_PLACE_MANAGE, platform_place_check,
	    .about = "Has the worker check a place now; read it again until "
		"`checking` is false.",
	    .flags = ROUTE_WRITE, .audit = "place.check",
	    .output = place_row_view },
	{ POST, "/api/auth/platform/places/{id}/drain",
	    PERM_PLATFORM_PLACE_MANAGE, platform_place_drain,
	    .about = "Gives a place no new tenants; those that are there "
		"stay.",
	    .flags = ROUTE_WRITE | ROUTE_FRESH, .audit = "place.drain",
	    .output = place_row_view },
	{ POST, "/api/auth/platform/places/{id}/undrain",
	    PERM_PLATFORM_PLACE_MANAGE, platform_place_undrain,
	    .about = "Gives a place new tenants again.",
	    .flags = ROUTE_WRITE | ROUTE_FRESH, .audit = "place.undrain",
	    .output = place_row_view },
	{ DELETE, "/api/auth/platform/places/{id}",
	    PERM_PLATFORM_PLACE_MANAGE, platform_place_remove,
	    .about = "Removes a place where no tenant is.",
	    .flags = ROUTE_WRITE | ROUTE_FRESH, .audit = "place.remove",
	    .status = 204 },
	{ GET, "/api/auth/platform/tenants/{id}/plan",
	    PERM_PLATFORM_TENANT_READ, platform_plan_get,
	    .about = "Shows what a tenant has by its plan and its contract.",
	    .output = platform_plan_view },
	{ PUT, "/api/auth/platform/tenants/{id}/plan/{key}",
	    PERM_PLATFORM_TENANT_MANAGE, platform_plan_override,
	    .about = "Sets a limit or a feature of one tenant, as its contract "
		"says; `value` is text: a number, yes, no, a word, or "
		"unlimited.",
	    .flags = ROUTE_WRITE | ROUTE_FRESH, .audit = "plan.override",
	    .input = platform_override_fields, .output = platform_plan_view },
	{ DELETE, "/api/auth/platform/tenants/{id}/plan/{key}",
	    PERM_PLATFORM_TENANT_MANAGE, platform_plan_restore,
	    .about = "Takes back what the contract of a tenant says about a "
		"limit or a feature: the plan decides again.",
	    .flags = ROUTE_WRITE | ROUTE_FRESH, .audit = "plan.restore",
	    .status = 204 },
	{ GET, "/api/auth/platform/audit", PERM_PLATFORM_AUDIT_READ,
	    platform_audit_list,
	    .about = "Lists audit events outside of tenants, newest first.",
	    .query = page_query, .output = platform_audit_view,
	    .list = true },
	{ GET, "/.well-known/jwks.json", PERM_PUBLIC, jwks_get,
	    .about = "Public keys of the tokens (RFC 7517).",
	    .output = key_set_view },
	{ GET, "/internal/authz", PERM_PUBLIC, proxy_authorize,
	    .about = "Answers nginx for /t/<tenant>/.",
	    .flags = ROUTE_INTERNAL, .audit = "tenant.proxy", .status = 204 },
};

static int
auth_init(void)
{
	return password_init(HASHES_MAX);
}

int
main(int argc, char *argv[])
{
	static const struct service auth = {
		.name = "auth", .routes = routes, .nroutes = nitems(routes),
		.setup = auth_init, .second = "check",
	};

	return service_main(argc, argv, &auth);
}
