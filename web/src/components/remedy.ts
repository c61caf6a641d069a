// SPDX-License-Identifier: Apache-2.0
import { createContext, type ReactNode } from "react";

/** What the person can do after a refusal with this code, or null. */
export const Remedy = createContext<(code: string) => ReactNode>(() => null);
