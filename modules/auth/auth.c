/* SPDX-License-Identifier: Apache-2.0 */
/*
 * auth.fcgi - accounts, sessions and tokens; the tenant proxy's gatekeeper.
 *
 * Owns tables account, session, refresh_token, one_time_token, totp,
 * recovery_code, sign_in_challenge, passkey and passkey_challenge: no other
 * module writes them.  Queues mails.  Start reading at routes[].
 */
#include "config.h"

#include "libshared/doors/crypto.h"
#include "libshared/skeleton/common.h"
#include "libshared/skeleton/service.h"
#include "modules/auth/auth.h"
#include "modules/auth/me.h"
#include "modules/auth/passkey.h"
#include "modules/auth/second.h"

#define HASHES_MAX	4	/* at once, of all children (threat T6) */

#define SIGN_IN		(ROUTE_WRITE | ROUTE_REMOTE | ROUTE_SECRET)
#define MINT		(ROUTE_WRITE | ROUTE_SECRET | ROUTE_FRESH)

static const struct route routes[] = {
	ROUTES_COMMON("auth"),
	{ POST, "/api/auth/register", PERM_PUBLIC, SIGN_IN, account_register,
	    "account.register", "Makes an account; a mail has the link that "
	    "opens it.", register_fields, NULL, accepted_view, false, 202, 0 },
	{ POST, "/api/auth/verify", PERM_PUBLIC, ROUTE_WRITE, account_verify,
	    "account.verify", "Proves the address with the link's token.",
	    token_fields, NULL, account_view, false, 200, 0 },
	{ POST, "/api/auth/recover", PERM_PUBLIC, ROUTE_WRITE,
	    account_recover, "account.recover", "Mails a link to set a new "
	    "password.", recover_fields, NULL, accepted_view, false, 202, 0 },
	{ POST, "/api/auth/reset", PERM_PUBLIC, SIGN_IN, account_reset,
	    "account.reset", "Sets a new password and ends all sessions.",
	    reset_fields, NULL, account_view, false, 200, 0 },
	{ POST, "/api/auth/login", PERM_PUBLIC, SIGN_IN, login,
	    "session.open", "Opens a session, or asks for a second factor.",
	    login_fields, NULL, grant_view, false, 200, 0 },
	{ POST, "/api/auth/login/second", PERM_PUBLIC, SIGN_IN, login_second,
	    "session.second", "Opens the session that a challenge is for.",
	    login_second_fields, NULL, grant_view, false, 200, 0 },
	{ POST, "/api/auth/step-up", PERM_ACCOUNT, SIGN_IN, step_up,
	    "session.prove", "Proves the person once more: the sign-in is "
	    "fresh for 10 minutes.", step_up_fields, NULL, NULL, false, 204,
	    0 },
	{ GET, "/api/auth/factors", PERM_ACCOUNT, 0, factors_get, NULL,
	    "Says which second factors there are.", NULL, NULL, factors_view,
	    false, 200, 0 },
	{ POST, "/api/auth/factors/totp", PERM_ACCOUNT, MINT,
	    totp_start, "factor.start", "Makes the secret of an "
	    "authenticator app; it is shown once.", NULL, NULL, totp_view,
	    false, 200, 0 },
	{ POST, "/api/auth/factors/totp/confirm", PERM_ACCOUNT,
	    ROUTE_WRITE | ROUTE_SECRET, totp_confirm, "factor.confirm",
	    "Turns the app on by its first code; gives recovery codes.",
	    totp_confirm_fields, NULL, recovery_view, false, 200, 0 },
	{ DELETE, "/api/auth/factors/totp", PERM_ACCOUNT,
	    ROUTE_WRITE | ROUTE_FRESH, totp_remove, "factor.remove",
	    "Removes the authenticator app.", NULL, NULL, NULL, false, 204,
	    0 },
	{ POST, "/api/auth/factors/recovery-codes", PERM_ACCOUNT,
	    MINT, recovery_renew, "factor.recovery", "Gives new "
	    "recovery codes in place of the old ones.", NULL, NULL,
	    recovery_view, false, 200, 0 },
	{ GET, "/api/auth/sso/finish", PERM_PUBLIC,
	    SIGN_IN | ROUTE_BROWSER, sso_finish_page, "session.open",
	    "Opens the session of somebody who comes from a provider.", NULL,
	    NULL, NULL, false, 303, 0 },
	{ POST, "/api/auth/sso/finish", PERM_PUBLIC, SIGN_IN, sso_finish,
	    "session.open", "The same for a program that keeps the cookie.",
	    sso_finish_fields, NULL, grant_view, false, 200, 0 },
	{ POST, "/api/auth/refresh", PERM_PUBLIC, SIGN_IN, session_refresh,
	    "session.refresh", "Gives new tokens for a refresh token.",
	    refresh_fields, NULL, grant_view, false, 200, 0 },
	{ POST, "/api/auth/switch", PERM_ACCOUNT, ROUTE_WRITE | ROUTE_SECRET,
	    session_switch, "session.switch", "Gives an access token for "
	    "another tenant.", switch_fields, NULL, grant_view, false, 200,
	    0 },
	{ POST, "/api/auth/logout", PERM_ACCOUNT, ROUTE_WRITE,
	    session_logout, "session.close", "Ends this session.", NULL, NULL,
	    NULL, false, 204, 0 },
	{ GET, "/api/auth/me", PERM_ACCOUNT, 0, account_me, NULL,
	    "Says who is signed in, and in which tenants.", NULL, NULL,
	    me_view, false, 200, 0 },
	{ DELETE, "/api/auth/me", PERM_ACCOUNT, ROUTE_WRITE | ROUTE_FRESH,
	    account_forget, "account.erase", "Forgets the account for good: "
	    "what names the person is destroyed.", NULL, NULL, NULL, false,
	    204, 0 },
	{ GET, "/api/auth/sessions", PERM_ACCOUNT, 0, session_list, NULL,
	    "Lists the sessions of the account.", NULL, NULL, session_view,
	    true, 200, 0 },
	{ PATCH, "/api/auth/me", PERM_ACCOUNT, ROUTE_WRITE | ROUTE_LAST,
	    me_rename, "account.rename", "Changes one's name.",
	    me_rename_fields, NULL, account_view, false, 200, 0 },
	{ POST, "/api/auth/me/password", PERM_ACCOUNT, SIGN_IN | ROUTE_FRESH,
	    me_password, "account.password", "Changes one's password, and "
	    "ends all other sessions.", me_password_fields, NULL, NULL,
	    false, 204, 0 },
	{ POST, "/api/auth/me/email", PERM_ACCOUNT,
	    ROUTE_WRITE | ROUTE_FRESH, me_email, "account.email", "Begins a "
	    "change of address: links go to both.", me_email_fields, NULL,
	    accepted_view, false, 202, 0 },
	{ POST, "/api/auth/sessions/revoke", PERM_ACCOUNT, ROUTE_WRITE,
	    session_revoke, "session.revoke", "Ends all other sessions of "
	    "the account, or all.", session_revoke_fields, NULL, NULL, false,
	    204, 0 },
	{ DELETE, "/api/auth/sessions/{id}", PERM_ACCOUNT, ROUTE_WRITE,
	    session_delete, "session.revoke", "Ends one session of the "
	    "account.", NULL, NULL, NULL, false, 204, 0 },
	{ GET, "/api/auth/tokens", PERM_TENANT_READ, 0, token_list, NULL,
	    "Lists the API tokens of the account in this tenant.", NULL, NULL,
	    token_view, true, 200, 0 },
	{ POST, "/api/auth/tokens", PERM_TENANT_READ, MINT, token_create,
	    "api_token.create", "Makes an API token, which is shown once; "
	    "its scopes are permissions that the account has.",
	    token_in_fields, NULL, token_made_view, false, 201, 0 },
	{ POST, "/api/auth/tokens/{id}/rotate", PERM_TENANT_READ, MINT,
	    token_rotate, "api_token.rotate", "Makes an API token to take the "
	    "place of this one, which holds for some hours yet.",
	    rotate_fields, NULL, token_made_view, false, 201, 0 },
	{ DELETE, "/api/auth/tokens/{id}", PERM_TENANT_READ,
	    ROUTE_WRITE | ROUTE_SUSPENDED, token_revoke, "api_token.revoke",
	    "Ends an API token of the account at once.", NULL, NULL, NULL,
	    false, 204, 0 },
	{ GET, "/api/auth/service-accounts", PERM_TOKEN_MANAGE, 0,
	    service_list, NULL, "Lists the service accounts of the tenant.",
	    NULL, NULL, service_view, true, 200, 0 },
	{ POST, "/api/auth/service-accounts", PERM_TOKEN_MANAGE, ROUTE_WRITE,
	    service_create, "service_account.create", "Makes an account for "
	    "a program, with a role that is not above yours.",
	    service_in_fields, NULL, service_view, false, 201, 0 },
	{ DELETE, "/api/auth/service-accounts/{id}", PERM_TOKEN_MANAGE,
	    ROUTE_WRITE | ROUTE_SUSPENDED, service_delete,
	    "service_account.delete", "Ends a service account and its tokens "
	    "at once.", NULL, NULL, NULL, false, 204, 0 },
	{ GET, "/api/auth/service-accounts/{id}/tokens", PERM_TOKEN_MANAGE,
	    0, service_token_list, NULL, "Lists the API tokens of a service "
	    "account.", NULL, NULL, token_view, true, 200, 0 },
	{ POST, "/api/auth/service-accounts/{id}/tokens", PERM_TOKEN_MANAGE,
	    MINT, service_token_create, "api_token.create", "Makes an API "
	    "token of a service account, which is shown once.",
	    token_in_fields, NULL, token_made_view, false, 201, 0 },
	{ POST, "/api/auth/service-accounts/{id}/tokens/{token}/rotate",
	    PERM_TOKEN_MANAGE, MINT, service_token_rotate,
	    "api_token.rotate", "Makes an API token to take the place of "
	    "this one, which holds for some hours yet.", rotate_fields, NULL,
	    token_made_view, false, 201, 0 },
	{ DELETE, "/api/auth/service-accounts/{id}/tokens/{token}",
	    PERM_TOKEN_MANAGE, ROUTE_WRITE | ROUTE_SUSPENDED,
	    service_token_revoke, "api_token.revoke", "Ends an API token of "
	    "a service account at once.", NULL, NULL, NULL, false, 204, 0 },
	{ POST, "/api/auth/device", PERM_PUBLIC, ROUTE_WRITE | ROUTE_SECRET,
	    device_start, "device.start", "Begins the sign-in of a device "
	    "without a browser (RFC 8628).", device_in_fields, NULL,
	    device_started_view, false, 200, 0 },
	{ POST, "/api/auth/device/token", PERM_PUBLIC, SIGN_IN, device_poll,
	    "device.claim", "Gives the device its session, once somebody has "
	    "approved; asked every few seconds until then.", poll_fields,
	    NULL, grant_view, false, 200, 0 },
	{ POST, "/api/auth/device/approve", PERM_ACCOUNT,
	    ROUTE_WRITE | ROUTE_REMOTE | ROUTE_FRESH, device_approve,
	    "device.decide", "Lets a device in as you, or refuses it.",
	    approve_fields, NULL, NULL, false, 204, 0 },
	{ GET, "/api/auth/device/{user_code}", PERM_ACCOUNT, ROUTE_REMOTE,
	    device_show, NULL, "Shows which device waits with this code, and "
	    "from where.", NULL, NULL, device_view, false, 200, 0 },
	{ POST, "/api/auth/passkeys/options", PERM_ACCOUNT,
	    ROUTE_WRITE | ROUTE_FRESH | ROUTE_SECRET, passkey_offer,
	    "passkey.offer", "Begins a new passkey: what the browser is "
	    "asked for.", NULL, NULL, passkey_offer_view, false, 200, 0 },
	{ POST, "/api/auth/passkeys", PERM_ACCOUNT, ROUTE_WRITE, passkey_add,
	    "passkey.add", "Keeps the passkey that the browser made.",
	    passkey_add_fields, NULL, passkey_view, false, 201, 0 },
	{ GET, "/api/auth/passkeys", PERM_ACCOUNT, 0, passkey_list, NULL,
	    "Lists one's passkeys.", NULL, NULL, passkey_view, true, 200, 0 },
	{ GET, "/api/auth/passkeys/{id}", PERM_ACCOUNT, 0, passkey_get, NULL,
	    "Shows a passkey.", NULL, NULL, passkey_view, false, 200, 0 },
	{ PATCH, "/api/auth/passkeys/{id}", PERM_ACCOUNT,
	    ROUTE_WRITE | ROUTE_MATCH, passkey_rename, "passkey.rename",
	    "Gives a passkey another name.", passkey_rename_fields, NULL,
	    passkey_view, false, 200, 0 },
	{ DELETE, "/api/auth/passkeys/{id}", PERM_ACCOUNT,
	    ROUTE_WRITE | ROUTE_FRESH, passkey_delete, "passkey.remove",
	    "Forgets a passkey.", NULL, NULL, NULL, false, 204, 0 },
	{ POST, "/api/auth/login/passkey/options", PERM_PUBLIC,
	    SIGN_IN, passkey_login_ask, "passkey.ask", "Begins a sign-in by "
	    "passkey: what the browser is asked for.",
	    passkey_login_ask_fields, NULL, passkey_asking_view, false, 200,
	    0 },
	{ POST, "/api/auth/login/passkey", PERM_PUBLIC, SIGN_IN,
	    passkey_login, "session.open", "Opens a session for whoever has "
	    "a passkey.", passkey_login_fields, NULL, grant_view, false, 200,
	    0 },
	{ POST, "/api/auth/step-up/passkey/options", PERM_ACCOUNT,
	    ROUTE_WRITE | ROUTE_SECRET, passkey_prove_ask, "passkey.ask",
	    "Begins to prove by passkey who is signed in.", NULL, NULL,
	    passkey_asking_view, false, 200, 0 },
	{ POST, "/api/auth/step-up/passkey", PERM_ACCOUNT, SIGN_IN,
	    passkey_prove, "session.prove", "Proves by passkey who is signed "
	    "in.", passkey_prove_fields, NULL, NULL, false, 204, 0 },
	{ POST, "/api/auth/invitations/show", PERM_PUBLIC, ROUTE_WRITE,
	    invitation_show, "invitation.show", "Shows what a link invites "
	    "to.", invitation_show_fields, NULL, invitation_show_view, false,
	    200, 0 },
	{ POST, "/api/auth/invitations/accept", PERM_PUBLIC, SIGN_IN,
	    invitation_accept, "invitation.accept", "Joins the tenant: with "
	    "a new account, or signed in to the one with that address.",
	    invitation_accept_fields, NULL, invitation_accept_view, false,
	    200, 0 },
	{ GET, "/api/auth/platform/accounts", PERM_PLATFORM_ACCOUNT_READ, 0,
	    platform_account_get, NULL, "Shows an account by its address: "
	    "its state, and whether it is locked.", NULL,
	    platform_account_query, platform_account_view, false, 200, 0 },
	{ POST, "/api/auth/platform/accounts/{id}/unlock",
	    PERM_PLATFORM_ACCOUNT_MANAGE, ROUTE_WRITE,
	    platform_account_unlock, "account.unlock", "Forgets wrong "
	    "passwords and codes, so that the person may sign in.", NULL,
	    NULL, platform_account_view, false, 200, 0 },
	{ POST, "/api/auth/platform/accounts/{id}/disable",
	    PERM_PLATFORM_ACCOUNT_MANAGE, ROUTE_WRITE | ROUTE_FRESH,
	    platform_account_disable, "account.disable", "Ends all sessions "
	    "and API tokens of an account, and lets it in no more.", NULL,
	    NULL, platform_account_view, false, 200, 0 },
	{ POST, "/api/auth/platform/accounts/{id}/enable",
	    PERM_PLATFORM_ACCOUNT_MANAGE, ROUTE_WRITE | ROUTE_FRESH,
	    platform_account_enable, "account.enable", "Lets a person in "
	    "again.", NULL, NULL, platform_account_view, false, 200, 0 },
	{ GET, "/api/auth/platform/tenants", PERM_PLATFORM_TENANT_READ, 0,
	    platform_tenant_list, NULL, "Lists every tenant.", NULL,
	    platform_page_query, platform_tenant_view, true, 200, 0 },
	{ GET, "/api/auth/platform/audit", PERM_PLATFORM_AUDIT_READ, 0,
	    platform_audit_list, NULL, "Lists what happened outside of any "
	    "tenant, newest first.", NULL, platform_page_query,
	    platform_audit_view, true, 200, 0 },
	{ GET, "/.well-known/jwks.json", PERM_PUBLIC, 0, jwks_get, NULL,
	    "Public keys of the tokens (RFC 7517).", NULL, NULL, NULL, false,
	    200, 0 },
	{ GET, "/internal/authz", PERM_PUBLIC, ROUTE_INTERNAL,
	    proxy_authorize, "tenant.proxy", "Answers nginx for "
	    "/t/<tenant>/.", NULL, NULL, NULL, false, 204, 0 },
};

static int
setup(void)
{
	return password_init(HASHES_MAX);
}

int
main(int argc, char *argv[])
{
	static const struct service auth = {
		.name = "auth", .routes = routes, .nroutes = nitems(routes),
		.setup = setup, .second = "check",
	};

	return service_main(argc, argv, &auth);
}
