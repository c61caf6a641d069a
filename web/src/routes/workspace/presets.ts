// SPDX-License-Identifier: Apache-2.0
/** Roles that every tenant has: the choice of those who may not list roles. */
export const presets = ["admin", "developer", "viewer"];
