#!/usr/bin/env bash
# Compares the public API with src/*/PublicAPI.Shipped.txt and writes additions and removals into PublicAPI.Unshipped.txt. Review the diff of these files.
# The build fails if the public API differs from them (RS0016, RS0017).
# At a release, "eng/public-api.sh ship" moves everything into PublicAPI.Shipped.txt.
set -euo pipefail
export LC_ALL=C
root=$(cd "$(dirname "$0")/.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
projects=$(ls -d "$root"/src/*/)

header='#nullable enable'
for project in $projects; do
    [ -f "$project/PublicAPI.Shipped.txt" ] || echo "$header" > "$project/PublicAPI.Shipped.txt"
    if [ "${1:-}" = ship ]; then
        removed=$(sed -n 's/^\*REMOVED\*//p' "$project/PublicAPI.Unshipped.txt")
        cat "$project"/PublicAPI.{Shipped,Unshipped}.txt | grep -v -e "^$header" -e '^\*REMOVED\*' | grep -vxF -e "${removed:-none}" | sort -u > "$work/api" || true
        { echo "$header"; cat "$work/api"; } > "$project/PublicAPI.Shipped.txt"
    fi
    echo "$header" > "$project/PublicAPI.Unshipped.txt"
done

for project in $projects; do
    dotnet build "$project" -c Release -nologo --artifacts-path "$work/artifacts" -p:TreatWarningsAsErrors=false >> "$work/log" || { cat "$work/log"; exit 1; }
done
for project in $projects; do
    name=$(basename "$project")
    sed -n -e "s:.*warning RS0016\: Symbol '\(.*\)' is not part of the declared public API.*/$name.csproj\]\$:\1:p" \
        -e "s:.*warning RS0017\: Symbol '\(.*\)' is part of the declared API, but.*/$name.csproj\]\$:*REMOVED*\1:p" "$work/log" | sort -u > "$work/api"
    cat "$work/api" >> "$project/PublicAPI.Unshipped.txt"
    echo "$name: $(wc -l < "$work/api") unshipped"
done
