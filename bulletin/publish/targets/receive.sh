#!/bin/sh
# Puts the release beside this script into a web server's folder; needs no Python. See usage below.
# Every file is checked first: when one is damaged or missing, nothing is changed. Broken off at any moment, run it again.

case "${LC_ALL:-${LC_MESSAGES:-${LANG:-}}}" in
zh*) say() { printf '%s\n' "$1"; } ;;
*) say() { printf '%s\n' "$2"; } ;;
esac

die() { # Chinese, English
    say "$1" "$2" >&2
    exit 2
}

usage() {
    say "用法：sh receive.sh [--in-place] [--adopt] 网站文件夹
  --in-place  直接换网站文件夹里的文件，不用 releases/ 和 current 链接
  --adopt     网站文件夹里有同名的别的文件时，用新的换掉它们" \
        "Usage: sh receive.sh [--in-place] [--adopt] FOLDER-OF-THE-WEB-SERVER
  --in-place  replace the files in that folder itself, without releases/ and the link current
  --adopt     replace files of the same names that are not ours" >&2
    exit 2
}

in_place='' adopt='' root=''
for word in "$@"; do
    case "$word" in
    --in-place) in_place=yes ;;
    --adopt) adopt=yes ;;
    -*) usage ;;
    *) [ -z "$root" ] || usage; root=$word ;;
    esac
done
[ -n "$root" ] || usage

LC_ALL=C
export LC_ALL
umask 022
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd) || exit 2

if command -v sha256sum >/dev/null 2>&1; then
    hash() { sha256sum "$@"; }
elif command -v shasum >/dev/null 2>&1; then
    hash() { shasum -a 256 "$@"; }
else
    die "这台电脑上没有 sha256sum，无法核对文件。" "There is no sha256sum on this computer to check the files with."
fi

hash_of() { hash <"$1" | cut -c1-64; }
names_in() { cut -c67- "$1"; }

# Names of the files of list $1 that are missing in folder $2, or differ; in the order of the list. What was not found
# right is wrong, also when the checking itself broke off.
wrong_in() {
    { (cd -- "$2" && hash -c "$1" 2>/dev/null) | grep ': OK$'; cat -- "$1"; } |
        awk '/: OK$/ { right[substr($0, 1, length($0) - 4)] = 1; next } !(substr($0, 67) in right) { print substr($0, 67) }'
}

# Lines of file $1 that file $2 has not, in their order.
only_in() {
    { sed 's/^/-/' "$2"; sed 's/^/+/' "$1"; } |
        awk '{ line = substr($0, 2) } /^-/ { other[line] = 1; next } !(line in other) { print line }'
}

for tool in awk cp cut find grep head mkdir mv od rm sed sort tr; do
    command -v "$tool" >/dev/null 2>&1 || die "这台电脑上没有 $tool。" "There is no $tool on this computer."
done

# ── is the release whole?

id='' lists='' record=''
while read -r name value; do
    value=$(printf '%s' "$value" | tr -d '\r')
    case "$name" in
    release) id=$value ;;
    checksums) lists=$value ;;
    record) record=$value ;;
    esac
done 2>/dev/null <"$here/release.txt"
case "$id" in
'' | *[!0-9-]*) die "U盘上的这一版不完整：缺 release.txt。网站没有改动。请重新发布到U盘。" \
    "The release on the stick is not whole: release.txt is missing. Nothing was changed. Publish to the stick again." ;;
esac
sums=$here/checksums.sha256
if [ "$(hash_of "$sums" 2>/dev/null)" != "$lists" ] ||
    [ "$(hash_of "$here/.bulletin-record.json" 2>/dev/null)" != "$record" ]; then
    die "U盘上的文件清单坏了。网站没有改动。请重新发布到U盘。" \
        "The list of files on the stick is damaged. Nothing was changed. Publish to the stick again."
fi
bad=$(wrong_in "$sums" "$here/files")
[ -z "$bad" ] || die \
    "U盘上有文件坏了或缺了：$(printf '%s' "$bad" | head -n 3 | tr '\n' ' ')。网站没有改动。请重新发布到U盘。" \
    "Files on the stick are damaged or missing: $(printf '%s' "$bad" | head -n 3 | tr '\n' ' '). Nothing was changed. Publish to the stick again."

# ── where to?

mkdir -p -- "$root" 2>/dev/null && root=$(CDPATH='' cd -- "$root" && pwd) || die \
    "打不开文件夹 $root。" "The folder $root cannot be opened."
token=$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')
next=$root/.bulletin-next-$token
received=$root/.bulletin-received.sha256
receiving=$root/.bulletin-receiving.sha256

failed() {
    rm -rf -- "$next"
    die "写不进 $root（磁盘满了，或者没有权限？）。网站没有改动。" \
        "$root cannot be written (is the disk full, or have you no rights?). The site is as it was."
}
half() {
    die "有的文件换了，有的没换成。排除原因后，请再运行一次。" \
        "Some files were replaced, and others could not be. Remove the cause, then run it again."
}
trap 'rm -rf -- "$next"' EXIT
trap 'exit 130' HUP INT TERM
mkdir -- "$next" 2>/dev/null || failed

if [ -z "$in_place" ] && [ ! -L "$root/current" ]; then
    for other in "$root"/* "$root"/.bulletin-received.sha256 "$root"/.bulletin-receiving.sha256; do
        case "$other" in
        "$root/releases" | "$root/*") ;;
        *) if [ -e "$other" ] || [ -L "$other" ]; then in_place=yes; fi ;;
        esac
    done
    ln -s releases "$next/link" 2>/dev/null || in_place=yes
    rm -f -- "$next/link"
fi

# The files beside the site, whole, readable for the server, and none that is not in the list.
mkdir -- "$next/site" && cp -R -- "$here/files/." "$next/site/" 2>/dev/null || failed
[ -z "$(wrong_in "$sums" "$next/site")" ] || failed
names_in "$sums" >"$next/ours" && (cd -- "$next/site" && find . ! -type d | sed 's,^\./,,') >"$next/there" || failed
only_in "$next/there" "$next/ours" | while IFS= read -r name; do rm -f -- "$next/site/$name"; done
find "$next/site" -type d -exec chmod 755 {} + && find "$next/site" -type f -exec chmod 644 {} + || failed
sync 2>/dev/null

save() { # file, name in the root: whole or not at all
    cp -- "$1" "$next/list" && chmod 644 "$next/list" && mv -f -- "$next/list" "$root/$2" || failed
}

# ── a folder of its own, and a link that is switched

if [ -z "$in_place" ]; then
    mkdir -p -- "$root/releases" || failed
    place=$id number=1
    while [ -e "$root/releases/$place" ] && [ -n "$(wrong_in "$sums" "$root/releases/$place")" ]; do
        number=$((number + 1))
        place=$id.$number
    done
    [ -e "$root/releases/$place" ] || mv -- "$next/site" "$root/releases/$place" || failed
    ln -s "releases/$place" "$next/link" || failed
    mv -T -f -- "$next/link" "$root/current" 2>/dev/null || mv -h -f -- "$next/link" "$root/current" 2>/dev/null ||
        ln -sfn "releases/$place" "$root/current" || failed
    save "$here/.bulletin-record.json" .bulletin-record.json
    for old in "$root"/releases/[0-9]*; do
        [ "$old" = "$root/releases/$place" ] || rm -rf -- "$old"
    done
    for old in "$root"/.bulletin-next-*; do rm -rf -- "$old"; done
    say "已发布：$id。网站文件夹（给网页服务器的 root）是 $root/current" \
        "Published: $id. The web server's root is $root/current"
    exit 0
fi

# ── in the folder itself: what changes is renamed into place, in order; what goes, goes last

ours() { cat -- "$received" "$receiving" 2>/dev/null | cut -c67- | sort -u; }
wrong_in "$sums" "$root" >"$next/needed" || failed
ours >"$next/before" || failed
strangers=''
while IFS= read -r name; do
    step=$root
    rest=$name
    while [ "${rest#*/}" != "$rest" ]; do
        step=$step/${rest%%/*}
        rest=${rest#*/}
        if [ -L "$step" ] || { [ -e "$step" ] && [ ! -d "$step" ]; }; then
            die "$step 不是文件夹，挡住了要放的文件。网站没有改动。请先把它移开。" \
                "$step is no folder, and in the way. Nothing was changed. Move it away first."
        fi
    done
    if [ -d "$root/$name" ] && [ ! -L "$root/$name" ]; then
        die "$root/$name 是文件夹，挡住了要放的文件。网站没有改动。请先把它移开。" \
            "$root/$name is a folder, and in the way. Nothing was changed. Move it away first."
    fi
    if [ -e "$root/$name" ] || [ -L "$root/$name" ]; then printf '%s\n' "$name"; fi
done <"$next/needed" >"$next/replaced" || exit 2
if [ -z "$adopt" ]; then
    strangers=$(only_in "$next/replaced" "$next/before" | head -n 3 | tr '\n' ' ')
    [ -z "$strangers" ] || die "网站文件夹里有不是我们放的同名文件：$strangers。网站没有改动。要换掉它们，请加 --adopt。" \
        "In the folder are files of these names that are not ours: $strangers. Nothing was changed. To replace them, add --adopt."
fi

if [ -e "$receiving" ]; then # another run broke off: what it may have put there is ours as well
    cat -- "$received" "$receiving" 2>/dev/null >"$next/both"
    save "$next/both" .bulletin-received.sha256
fi
save "$sums" .bulletin-receiving.sha256
while IFS= read -r name; do
    case "$name" in
    */*) [ -d "$root/${name%/*}" ] || mkdir -p -- "$root/${name%/*}" || half ;;
    esac
    mv -f -- "$next/site/$name" "$root/$name" || half
done <"$next/needed" || exit 2

real=$(cd -P -- "$root" && pwd -P)
only_in "$next/before" "$next/ours" | while IFS= read -r name; do
    (cd -P -- "$root/$(dirname -- "$name")" 2>/dev/null && case "$(pwd -P)/" in "$real"/*) rm -f -- "${name##*/}" ;; esac)
    case "$name" in */*) (cd -- "$root" && rmdir -p -- "${name%/*}" 2>/dev/null) ;; esac
done
save "$here/.bulletin-record.json" .bulletin-record.json
save "$sums" .bulletin-received.sha256
rm -f -- "$receiving"
for old in "$root"/.bulletin-next-*; do rm -rf -- "$old"; done
say "已发布：$id。文件在 $root" "Published: $id. The files are in $root"
