# SPDX-License-Identifier: Apache-2.0
# Finds the codes that C sources fail with: prints FILE CODE ERR for each
# literal third argument of fail(ctx, ERR, "code", ...), ERR being "-" where
# the second is not a constant.

function scan_calls(text, file,	at, i, c, depth, quoted, arg, n, list, code)
{
	while (match(text, /[^a-z_]fail\(/)) {
		text = substr(text, RSTART + RLENGTH)
		depth = 1
		quoted = 0
		arg = ""
		n = 0
		for (i = 1; i <= length(text) && depth > 0 && n < 3; i++) {
			c = substr(text, i, 1)
			if (quoted) {
				arg = arg c
				if (c == "\\")
					arg = arg substr(text, ++i, 1)
				else if (c == "\"")
					quoted = 0
				continue
			}
			if (c == "\"")
				quoted = 1
			if (c == "(")
				depth++
			if (c == ")")
				depth--
			if (depth == 0 || (c == "," && depth == 1)) {
				list[++n] = arg
				arg = ""
			} else
				arg = arg c
		}
		if (n < 3)
			continue
		print_codes(file, list[2], list[3])
	}
}

# A conditional expression may name more than one code.
function print_codes(file, err, code)
{
	gsub(/[ \t]/, "", err)
	if (err !~ /^ERR_[A-Z_]+$/)
		err = "-"
	while (match(code, /"[a-z][a-z0-9_]*"/)) {
		print file, substr(code, RSTART + 1, RLENGTH - 2), err
		code = substr(code, RSTART + RLENGTH)
	}
}

FNR == 1 && NR > 1 {
	scan_calls(whole, last)
	whole = ""
}

{
	whole = whole " " $0
	last = FILENAME
}

END { scan_calls(whole, last) }
