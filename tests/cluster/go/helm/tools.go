//go:build tools

// SPDX-License-Identifier: Apache-2.0

// Package tools names the programs that are built from go.mod.
package tools

import _ "helm.sh/helm/v3/cmd/helm"
