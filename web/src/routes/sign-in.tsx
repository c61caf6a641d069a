// SPDX-License-Identifier: Apache-2.0
import { useQueryClient } from "@tanstack/react-query";
import { createRoute, Link, useNavigate } from "@tanstack/react-router";
import { useState } from "react";

import { Button } from "@/components/button";
import { Outside } from "@/components/outside";
import type { Challenge } from "@/features/auth/api/login";
import { SecondStepForm } from "@/features/auth/components/second-step-form";
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
	const [challenge, setChallenge] = useState<Challenge | null>(null);

	function done() {
		client.clear();
		void navigate({ to: next ?? "/" });
	}
	if (challenge) {
		return (
			<Outside
				title="One more step"
				lead="Your password was right. Now show that it is you."
				footer={
					<Button kind="quiet" onClick={() => setChallenge(null)}>
						Start again
					</Button>
				}
			>
				<SecondStepForm challenge={challenge} onDone={done} />
			</Outside>
		);
	}
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
			<SignInForm onDone={done} onChallenge={setChallenge} />
		</Outside>
	);
}
