// SPDX-License-Identifier: Apache-2.0
/**
 * Roles that every tenant has: the choice for people who may not list roles.
 */
export const presets = ["admin", "developer", "viewer"];
