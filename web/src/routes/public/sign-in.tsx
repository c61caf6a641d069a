// SPDX-License-Identifier: Apache-2.0
import { useQueryClient } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { useState } from "react";

import { Alert } from "@/components/alert";
import { Button } from "@/components/button";
import { PublicPage } from "@/components/public-page";
import type { Challenge } from "@/features/auth/api/session";
import { SecondStepForm } from "@/features/auth/components/second-step-form";
import { SignInForm } from "@/features/auth/components/sign-in-form";
import { refusal } from "@/features/sso/components/refusal";
import { signInRoute } from "@/routes/public/routes";

export default function SignIn() {
	const { next, problem, request } = signInRoute.useSearch();
	const navigate = useNavigate();
	const client = useQueryClient();
	const [challenge, setChallenge] = useState<Challenge | null>(null);

	function done() {
		client.clear();
		void navigate({ href: next ?? "/" });
	}
	if (challenge) {
		return (
			<PublicPage
				title="One more step"
				lead="Your password was right. Now show that it is you."
				footer={
					<Button kind="quiet" onClick={() => setChallenge(null)}>
						Start again
					</Button>
				}
			>
				<SecondStepForm challenge={challenge} onDone={done} />
			</PublicPage>
		);
	}
	return (
		<PublicPage
			title="Sign in"
			lead={
				<>
					New here? <Link to="/register">Create an account</Link>
				</>
			}
			footer={
				<>
					<Link to="/sso" search={next ? { next } : {}}>
						Sign in with your organisation
					</Link>
					{" · "}
					<Link to="/recover">Forgot your password?</Link>
				</>
			}
		>
			{problem && (
				<Alert tone="bad" title="You were not signed in">
					<p>{refusal(problem)}</p>
					{request && (
						<p>
							Reference <code>{request}</code>
						</p>
					)}
				</Alert>
			)}
			<SignInForm onDone={done} onChallenge={setChallenge} />
		</PublicPage>
	);
}
