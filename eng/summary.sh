#!/usr/bin/env bash
# eng/summary.sh <folder of .trx files> <exit code of the test run>: says how many conformance cases ran per fixtures folder, names what failed, and ends with "N passed, N failed".
set -euo pipefail
results=$1 outcome=$2
cd "$(dirname "${BASH_SOURCE[0]}")/.."
shopt -s nullglob

roots=()
for root in "${LORADIFF_FIXTURES:-../shared/fixtures}" tests/Fixtures; do [ -d "$root" ] && roots+=("$root"); done
kinds=$(for root in "${roots[@]}"; do for folder in "$root"/*/; do basename "$folder"; done; done | sort -u | tr '\n' ' ')

# Conformance classes and the fixtures folders that their source names, or else the sources beside it. Which of several a case is of, its own arguments or its method's name tells.
classes=$(grep -rlE '"Category", *"Conformance"' tests --include='*.cs' 2>/dev/null | while read -r file; do
  class=$(grep -oE 'class +[A-Za-z0-9_]+' "$file" | head -1 | sed -E 's/class +//')
  # The one whose cases it enumerates goes first.
  named=$(grep -oE 'FixtureFolder\.(Cases|Find|Require)\("[^"]+"' "$file" | head -1 | sed -E 's/.*\("//; s/"$//' || true)
  for source in "$file" "$(dirname "$file")"/*.cs; do
    for kind in $kinds; do
      case ",$named," in *",$kind,"*) continue ;; esac
      if grep -qF "\"$kind\"" "$source"; then named=${named:+$named,}$kind; fi
    done
    [ -z "$named" ] || break
  done
  echo "$class=${named:-other}"
done | tr '\n' ' ')

files=("$results"/*.trx)
awk -v kinds="$kinds" -v classes="$classes" -v outcome="$outcome" -v roots="${roots[*]}" '
  # A case that was skipped is one of M all the same.
  function line(where) { printf "  %-18s %4d of %4d passed %4d failed%s\n", where, good[where], good[where] + bad[where] + idle[where], bad[where], idle[where] ? sprintf(" %4d not run", idle[where]) : "" }
  BEGIN {
    n = split(kinds, kind, " ")
    m = split(classes, pair, " ")
    for (i = 1; i <= m; i++) { split(pair[i], kv, "="); folder_of[kv[1]] = kv[2] }
  }
  /<UnitTestResult / {
    name = $0; sub(/.* testName="/, "", name); sub(/".*/, "", name); gsub(/&quot;/, "\"", name); gsub(/&amp;/, "\\&", name)
    verdict = $0; sub(/.* outcome="/, "", verdict); sub(/".*/, "", verdict)
    if (verdict == "Passed") passed++
    else if (verdict == "NotExecuted") skipped++
    else { failed++; if (failed <= 50) failures[failed] = name }
    method = name; sub(/\(.*/, "", method)
    parts = split(method, part, ".")
    class = part[parts - 1]
    if (class in folder_of) {
      q = split(folder_of[class], choice, ",")
      where = choice[1]
      for (i = 1; i <= q; i++) {
        words = split(choice[i], word, "_")
        for (j = 1; j <= words; j++) if (word[j] != "tokenizer" && index(tolower(part[parts]), word[j])) where = choice[i]
      }
      for (i = 1; i <= n; i++) if (index(name, "\"" kind[i] "\"") || index(name, "\"" kind[i] "/")) where = kind[i]
      if (verdict == "Passed") good[where]++
      else if (verdict == "NotExecuted") idle[where]++
      else bad[where]++
      seen[where] = 1
    }
  }
  END {
    print ""
    print "Conformance cases per fixtures folder (" roots "):"
    for (i = 1; i <= n; i++) { line(kind[i]); delete seen[kind[i]] }
    for (where in seen) line(where)
    for (i = 1; i <= failed && i <= 50; i++) print "FAILED " failures[i]
    if (failed > 50) print "and " failed - 50 " more"
    if (skipped) print skipped " not run: what they compare with is not on this machine"
    # A build that broke or a test host that died leaves no result: that is a failure as well.
    if (outcome != 0 && failed == 0) { print "The build or a test host failed (exit code " outcome "); see above."; failed = 1 }
    if (passed == 0 && failed == 0) { print "No test ran."; failed = 1 }
    printf "%d passed, %d failed\n", passed, failed
    exit failed > 0
  }' "${files[@]}" /dev/null
