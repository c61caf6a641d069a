/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The JSON that browsers and we exchange about passkeys, by WebAuthn level 3
 * (W3C, section 5.1.8 to 5.1.10).
 */
#include "config.h"

#include "libshared/doors/field_shape.h"
#include "modules/auth/factor/passkey.h"

static const char *const credential_types[] = { "public-key", NULL };
static const char *const wishes[] = { "required", "preferred", "discouraged",
    NULL };

const struct field passkey_descriptor_shape[] = {
	SHAPE_CHOICE(type, credential_types),
	SHAPE_TEXT(id),
	SHAPE_TEXTS(transports),
	FIELD_END_OF("PasskeyDescriptor")
};

const struct field passkey_rp_shape[] = {
	SHAPE_TEXT(id),
	SHAPE_TEXT(name),
	FIELD_END_OF("PasskeyRelyingParty")
};

const struct field passkey_user_shape[] = {
	SHAPE_TEXT(id),
	SHAPE_TEXT(name),
	SHAPE_TEXT(displayName),
	FIELD_END_OF("PasskeyUser")
};

const struct field passkey_parameter_shape[] = {
	SHAPE_CHOICE(type, credential_types),
	SHAPE_INT(alg),
	FIELD_END_OF("PasskeyParameter")
};

const struct field passkey_selection_shape[] = {
	SHAPE_CHOICE(residentKey, wishes),
	SHAPE_BOOL(requireResidentKey),
	SHAPE_CHOICE(userVerification, wishes),
	FIELD_END_OF("PasskeySelection")
};

const struct field passkey_request_shape[] = {
	SHAPE_TEXT(challenge),
	SHAPE_INT(timeout),
	SHAPE_TEXT(rpId),
	SHAPE_OBJECTS(allowCredentials, passkey_descriptor_shape),
	SHAPE_CHOICE(userVerification, wishes),
	FIELD_END_OF("PasskeyRequestOptions")
};

static const struct field attestation_shape[] = {
	SHAPE_TEXT(clientDataJSON),
	SHAPE_TEXT(attestationObject),
	SHAPE_TEXTS_ABSENT(transports),
	SHAPE_END_MORE("PasskeyAttestationResponse")
};

static const struct field assertion_shape[] = {
	SHAPE_TEXT(clientDataJSON),
	SHAPE_TEXT(authenticatorData),
	SHAPE_TEXT(signature),
	SHAPE_TEXT_ABSENT(userHandle),
	SHAPE_END_MORE("PasskeyAssertionResponse")
};

#define EXTENSIONS	"Answers of extensions; none is asked for."

const struct field passkey_attestation_shape[] = {
	SHAPE_TEXT(id),
	SHAPE_TEXT_ABSENT(rawId),
	SHAPE_CHOICE(type, credential_types),
	SHAPE_OBJECT(response, attestation_shape),
	SHAPE_TEXT_ABSENT(authenticatorAttachment),
	SHAPE_OPEN_ABSENT(clientExtensionResults, EXTENSIONS),
	SHAPE_END_MORE("PasskeyAttestation")
};

const struct field passkey_assertion_shape[] = {
	SHAPE_TEXT(id),
	SHAPE_TEXT_ABSENT(rawId),
	SHAPE_CHOICE(type, credential_types),
	SHAPE_OBJECT(response, assertion_shape),
	SHAPE_TEXT_ABSENT(authenticatorAttachment),
	SHAPE_OPEN_ABSENT(clientExtensionResults, EXTENSIONS),
	SHAPE_END_MORE("PasskeyAssertion")
};
