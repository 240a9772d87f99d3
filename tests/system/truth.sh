# SPDX-License-Identifier: BSD-2-Clause
# The truth table of docs/trusted-proxies.md: what was sent to whom, and what came of it. Sourced after front.sh.

truth_rows=$work/truth
source= # how the program is told of certificates, as the tests set it

# What of the table the documentation has.
truth_documented()
{
	sed -n '/^<!-- truth table: begin -->$/,/^<!-- truth table: end -->$/{/^<!--/d;p;}' "$top/docs/trusted-proxies.md"
}

# Test: $1 is sent, by the command that follows, which prints an outcome and, where the program answered, the id it gave
# the request. Expected are the outcome and the reason in the audit row, $2: "401 client_absent"; '-': it has none.
try()
{
	local sent=$1 expected=$2 outcome id reason=
	shift 2
	"$@" >"$work/tried" 2>&1 || true
	IFS=' 	' read -r outcome id <"$work/tried" || true
	outcome=$(printf '%s' "$outcome" | tr _ ' ')
	[ -z "$id" ] || reason=$(sql "SELECT reason FROM audit_events WHERE request_id = '$id' ORDER BY id DESC LIMIT 1")
	printf '%s\t%s\t%s\t%s\t%s\n' "$sent" "$source" "$outcome" "${reason:--}" "$front" >>"$truth_rows"
	check_equal "$source: $sent" "$outcome ${reason:--}" "$expected"
}

# The rows, in the order in which they were first seen; those with the same outcome are one.
truth_table()
{
	echo '| what was sent | web server | source | outcome | reason |'
	echo '|---|---|---|---|---|'
	awk -F '\t' '
		function add(list, item) { return index(", " list ",", ", " item ",") ? list : list (list == "" ? "" : ", ") item }
		{ key = $1 FS $3 FS $4 }
		!(key in fronts) { keys[++count] = key; sent[count] = $1 }
		!($1 in first) { first[$1] = count }
		{ fronts[key] = add(fronts[key], $5); sources[key] = add(sources[key], "`" $2 "`") }
		END {
			for (i = 1; i <= count; i++)
				for (j = i; first[sent[i]] == i && j <= count; j++) {
					if (sent[j] != sent[i]) continue
					split(keys[j], f, FS)
					web = split(fronts[keys[j]], names, ", ") == 7 ? "all" : fronts[keys[j]]
					reason = f[3] == "-" ? "" : "`" f[3] "`"
					printf "| %s | %s | %s | %s | %s |\n", f[1], web, sources[keys[j]], f[2], reason
				}
		}' "$truth_rows"
}

# The table as seen, in $TRUTH_TABLE when that is set, is that of the documentation.
truth_is_documented()
{
	truth_table >"$work/truth.md"
	[ -z "${TRUTH_TABLE-}" ] || cp "$work/truth.md" "$TRUTH_TABLE"
	truth_documented | diff - "$work/truth.md" ||
		{ echo "< documented, > seen; if that is right: TRUTH_TABLE=FILE, and into docs/trusted-proxies.md with it"; return 1; }
}
