// SPDX-License-Identifier: Apache-2.0
import { useMutation } from "@tanstack/react-query";

import { api } from "@/lib/api";
import { nothing } from "@/lib/schema";

function logout() {
	return api(nothing, { method: "POST", path: "/api/auth/logout" });
}

export function useLogout() {
	return useMutation({ mutationFn: logout });
}
