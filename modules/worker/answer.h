/* SPDX-License-Identifier: Apache-2.0 */
/* What the worker answers to nginx. */
#ifndef CAMELEER_ANSWER_H
#define CAMELEER_ANSWER_H

/* Binds worker.sock in run_dir; -1: the reason was logged. */
int answer_listen(void);
/* The life of the child that answers; returns its exit code. */
int answer_child(int listen_fd);

#endif
