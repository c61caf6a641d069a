//go:build tools

// SPDX-License-Identifier: Apache-2.0

// Package bench names the programs that are built from go.mod.
package bench

import _ "github.com/oauth2-proxy/oauth2-proxy/v7"
