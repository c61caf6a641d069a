/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The first process of each pod: it keeps the namespaces, reaps what other
 * processes of the pod leave, and ends when it is told to.
 */
#include <signal.h>
#include <stddef.h>
#include <sys/wait.h>

int
main(void)
{
	sigset_t signals;
	pid_t left;

	sigemptyset(&signals);
	sigaddset(&signals, SIGINT);
	sigaddset(&signals, SIGTERM);
	sigaddset(&signals, SIGCHLD);
	sigprocmask(SIG_BLOCK, &signals, NULL);
	while (sigwaitinfo(&signals, NULL) == SIGCHLD) {
		do
			left = waitpid(-1, NULL, WNOHANG);
		while (left > 0);
	}
	return 0;
}
