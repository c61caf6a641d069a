// SPDX-License-Identifier: Apache-2.0
import { useQueryClient } from "@tanstack/react-query";
import { createRoute, Link, useNavigate } from "@tanstack/react-router";

import { Outside } from "@/components/outside";
import { SignInForm } from "@/features/auth/components/sign-in-form";
import { z } from "@/lib/schema";
import { rootRoute } from "@/routes/root";

export const signInRoute = createRoute({
	getParentRoute: () => rootRoute,
	path: "sign-in",
	validateSearch: z.object({
		/** Where to go on: a path of ours, never another origin. */
		next: z.string().regex(/^\/(?![/\\])/).optional().catch(undefined),
	}),
	component: SignIn,
});

function SignIn() {
	const { next } = signInRoute.useSearch();
	const navigate = useNavigate();
	const client = useQueryClient();

	return (
		<Outside
			title="Sign in"
			lead={
				<>
					New here? <Link to="/register">Create an account</Link>
				</>
			}
			footer={<Link to="/recover">Forgot your password?</Link>}
		>
			<SignInForm
				onDone={() => {
					client.clear();
					void navigate({ to: next ?? "/" });
				}}
			/>
		</Outside>
	);
}
