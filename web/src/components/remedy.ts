// SPDX-License-Identifier: Apache-2.0
import { createContext, type ReactNode } from "react";

/** What one can do about a refusal of this code, where there is something. */
export const Remedy = createContext<(code: string) => ReactNode>(() => null);
