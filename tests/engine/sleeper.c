/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sleeper - preloaded into a worker: it stops itself when it has got the
 * answer to its first call to the outside, and has drawn no conclusion yet.
 * That is where a signal from outside would have to be very lucky.
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
