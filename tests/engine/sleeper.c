/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sleeper - preloaded into a worker.  It stops the worker when the first call
 * to the outside has been answered and the worker has not used the answer yet.
 * A signal from another process would hardly hit this moment.
 */
#include <curl/curl.h>
#include <dlfcn.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>

typedef CURLcode (*perform_fn)(CURL *easy);

CURLcode
curl_easy_perform(CURL *easy)
{
	static bool slept;
	perform_fn real;
	CURLcode code;

	*(void **)&real = dlsym(RTLD_NEXT, "curl_easy_perform");
	if (real == NULL)
		return CURLE_FAILED_INIT;
	code = real(easy);
	if (!slept) {
		slept = true;
		(void)raise(SIGSTOP);
	}
	return code;
}
