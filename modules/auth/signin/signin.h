/* SPDX-License-Identifier: Apache-2.0 */
/* The ways to sign in, one file each, and their routes. */
#ifndef CAMELEER_AUTH_SIGNIN_H
#define CAMELEER_AUTH_SIGNIN_H

#include "libshared/base/ctx.h"
#include "libshared/doors/field.h"

/* login.c: a password becomes a session. */
enum err login_post(struct ctx *ctx);
extern const struct field login_fields[];

/* challenge.c: the second factor, if there is one. */
enum err login_second(struct ctx *ctx);
extern const struct field login_second_fields[];

/* passkey_login.c: a passkey becomes a session, or proves its owner again. */
enum err passkey_login_ask(struct ctx *ctx);
enum err passkey_login(struct ctx *ctx);
enum err passkey_prove_ask(struct ctx *ctx);
enum err passkey_prove(struct ctx *ctx);
extern const struct field passkey_login_ask_fields[], passkey_login_fields[],
    passkey_prove_fields[], passkey_asking_view[];

/* sso.c: the ticket of a provider's sign-in becomes a session. */
enum err sso_finish_page(struct ctx *ctx);
enum err sso_finish(struct ctx *ctx);
extern const struct field sso_finish_fields[];

/* device.c: sign-in of a device without a browser. */
enum err device_start(struct ctx *ctx);
enum err device_poll(struct ctx *ctx);
enum err device_show(struct ctx *ctx);
enum err device_approve(struct ctx *ctx);
extern const struct field device_in_fields[], poll_fields[], approve_fields[],
    device_started_view[], device_view[];

/* step_up.c: another proof within a session. */
enum err step_up(struct ctx *ctx);
extern const struct field step_up_fields[];

#endif
