// SPDX-License-Identifier: Apache-2.0
import { useState } from "react";

import { Alert } from "@/components/alert";
import { Button } from "@/components/button";
import { PageLink } from "@/components/page-link";
import { PublicPage } from "@/components/public-page";
import type { Challenge } from "@/features/auth/api/login";
import { SecondStepForm } from "@/features/auth/components/second-step-form";
import { SignInForm } from "@/features/auth/components/sign-in-form";
import { refusal } from "@/features/sso/components/refusal";
import { openPage, useSearchParams } from "@/lib/navigate";
import { address, signInSearch } from "@/routes/public/search";

export default function SignIn() {
	const { next, ended, problem, request } = signInSearch(useSearchParams());
	const [challenge, setChallenge] = useState<Challenge | null>(null);

	function done() {
		openPage(next ?? "/");
	}
	if (challenge) {
		return (
			<PublicPage
				title="Two-step sign-in"
				lead="Your password is correct. Now confirm your identity."
				footer={
					<Button kind="quiet" onClick={() => setChallenge(null)}>
						Start over
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
					New here? <PageLink href="/register">Create an account</PageLink>
				</>
			}
			footer={
				<>
					<PageLink href={address("/sso", { next })}>
						Sign in with your organisation
					</PageLink>
					{" · "}
					<PageLink href="/recover">Forgot your password?</PageLink>
				</>
			}
		>
			{ended && !problem && (
				<Alert tone="info" title="Your session has ended">
					<p>Sign in again. You return to the page where you were.</p>
				</Alert>
			)}
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
