# SPDX-License-Identifier: GPL-2.0-or-later
# Copyright The virtio_rtc contributors
#
# Debian's packages, from the machine's own mirror: which of them there are, and
# the unpacking of those that are not installed anywhere (kernels, sources, the
# user space of guests).  Sourced, after lib.sh.
#
# A recipe says what it needs of which suites and architectures:
#
#	use_suites amd64,arm64 bookworm bookworm-security
#	fetch_unpack "$dest" linux-headers-cloud-arm64:arm64 ...
#
# Each such set of lists is a folder of its own in the cache, so an index that the
# mirror has spoilt stops nothing but what it is needed for.  Nothing of this
# touches the machine's own apt but to ask it for the mirror.
#
# What cannot be had ends the recipe with the status $cannot_be_had and the
# reason, apt's own, in a line of its output: see part.

# The machine's mirror for a suite: the first index of that release that its apt
# knows.  VIRTIO_RTC_MIRROR and VIRTIO_RTC_SECURITY_MIRROR name others.
mirror_of() (
	. /etc/os-release
	case $1 in
	*-security)
		url=${VIRTIO_RTC_SECURITY_MIRROR:-$(host_mirror "$VERSION_CODENAME-security")}
		[ "$url" ] || url=$(mirror_of main)-security || { echo "$url"; exit 1; }
		;;
	*)
		url=${VIRTIO_RTC_MIRROR:-$(host_mirror "$VERSION_CODENAME")}
		[ "$url" ] ||
			unavailable "apt on this machine names no mirror for $VERSION_CODENAME: set VIRTIO_RTC_MIRROR"
		;;
	esac
	echo "$url"
)

host_mirror() {
	env -u APT_CONFIG apt-get indextargets --format '$(RELEASE) $(REPO_URI)' \
		'Created-By: Packages' |
		awk -v release="$1" '$1 == release { print $2; exit }'
}

# install_here PACKAGE: on this machine itself.
install_here() {
	tell "installing the package $1 on this host"
	with_patience "the package $1, on this host" install_by_apt "$1"
}

# A list that cannot be had need not be the one that names the package, so apt goes on without
# it.  If it was, its error is the first one, and so the reason.
install_by_apt() {
	env -u APT_CONFIG apt-get -o APT::Update::Error-Mode=any update || true
	env -u APT_CONFIG DEBIAN_FRONTEND=noninteractive \
		apt-get install -y --no-install-recommends "$1"
}

# Sets $keyring, the keys of Debian's suites.  Keyrings of before Debian 13's
# release lack its own.
host_ready() {
	(
		flock 8
		ls /usr/share/keyrings/debian-archive-trixie-stable.* >/dev/null 2>&1 ||
			install_here debian-archive-keyring
	) 8>"$cache/.host.lock"
	for keyring in /usr/share/keyrings/debian-archive-keyring.*; do
		[ ! -e "$keyring" ] || return 0
	done
	unavailable 'the keys of Debian (package debian-archive-keyring)'
}

# How the machine reaches its mirror (a proxy, a mirror whose lists are old) is
# how it is done here.
apt_options() {
	env -u APT_CONFIG apt-config dump |
		grep -E '^Acquire::(https?|Retries|Check-Valid-Until|Check-Date)(::[A-Za-z:-]+)? "..*"' ||
		true
	cat <<-END
		Acquire::Retries "3";
		Acquire::Languages "none";
		APT::Install-Recommends "false";
		APT::Sandbox::User "root";
		Dpkg::Use-Pty "0";
	END
}

# unavailable REASON: end the recipe.
unavailable() {
	echo "cannot be had: $*"
	exit $cannot_be_had
}

# The line of an output of apt's that says why it failed.
reason_in() {
	why=$(grep -E '^(E|W): ' "$1" | sort -s -k 1,1 |
		awk '/unexpected size|[Mm]ismatch|expired|not valid yet|not signed|Unable to|Could not|Cannot|Failed to fetch/ {
				if (!best) best = $0
			}
			{ if (!first) first = $0 } END { print best ? best : first }')
	case $why in
	*'held broken packages'*)
		lacks=$(grep -m 1 ': Depends: ' "$1" | sed 's/^ *//; s/  */ /g')
		[ ! "$lacks" ] || why="$why ($lacks)"
		;;
	*expired*) why="$why (the mirror's copy is old; Acquire::Check-Valid-Until \"false\" in this machine's apt.conf takes it all the same)" ;;
	esac
	echo "${why:-$(tail -n 1 "$1")}"
}

# may_pass REASON: the mirror may do better in a minute.  What it has never had, or what
# is wrong with its keys or its age, stays.
may_pass() {
	case $1 in
	*expired* | *'not signed'* | *NO_PUBKEY*) return 1 ;;
	*'Failed to fetch'* | *ismatch* | *'unexpected size'* | *'not valid yet'*) ;;
	*'Could not '* | *'Unable to connect'* | *'Unable to fetch'* | *'Cannot initiate'*) ;;
	*'Connection '* | *'Temporary failure'* | *'timed out'*) ;;
	*) return 1 ;;
	esac
}

# with_patience WHAT COMMAND...: what may pass, like a mirror in the middle of its
# synchronisation, is tried again over about a minute.
with_patience() {
	what=$1
	shift
	said=$(mktemp)
	for pause in 5 10 20 25 0; do
		{ "$@" 2>&1 && echo 0 >"$said.status" || echo 1 >"$said.status"; } | tee "$said"
		if [ "$(cat "$said.status")" -eq 0 ]; then
			rm -f "$said" "$said.status"
			return 0
		fi
		why=$(reason_in "$said")
		may_pass "$why" || break
		[ $pause -gt 0 ] || break
		tell "$what: $why; trying again in $pause s"
		sleep $pause
	done
	rm -f "$said" "$said.status"
	unavailable "$what: $why"
}

# What a person is to see at once; the output of a recipe goes to its log.
tell() {
	echo "virtio_rtc: $*"
	if [ -e /proc/self/fd/3 ]; then
		echo "virtio_rtc: $*" >&3
	fi
}

# use_suites ARCH[,ARCH...] SUITE...: apt and its like know these suites from here
# on, with packages of these architectures, the first of which is theirs, and
# believe that nothing is installed.  Lists are no older than an hour.
use_suites() {
	archs=$1
	shift
	apt_dir=$cache/apt/$(echo "$archs $*" | tr ' ,' '__')
	mkdir -p "$apt_dir/lists/partial" "$apt_dir/archives/partial" "$apt_dir/none"
	{
		apt_options
		cat <<-END
			APT::Update::Error-Mode "any";
			Dir::State "$apt_dir";
			Dir::State::lists "$apt_dir/lists";
			Dir::State::status "$apt_dir/status";
			Dir::Cache "$apt_dir";
			Dir::Etc "$apt_dir";
			Dir::Etc::sourcelist "$apt_dir/sources.list";
			Dir::Etc::sourceparts "$apt_dir/none";
			Dir::Etc::preferencesparts "$apt_dir/none";
			Dir::Etc::main "none";
			Dir::Etc::parts "$apt_dir/none";
			APT::Architecture "${archs%%,*}";
			APT::Architectures { $(echo "$archs" | sed 's/[^,]*/"&";/g; s/,/ /g') };
		END
	} >"$apt_dir/apt.conf.$$"
	# Of the backports only QEMU is taken.
	cat >"$apt_dir/preferences.$$" <<-END
		Package: qemu-* ipxe-qemu seabios
		Pin: release n=trixie-backports
		Pin-Priority: 900
	END
	# Another recipe may be reading them.
	mv "$apt_dir/apt.conf.$$" "$apt_dir/apt.conf"
	mv "$apt_dir/preferences.$$" "$apt_dir/preferences"
	host_ready
	lines=
	for suite; do
		url=$(mirror_of "$suite") || { echo "$url"; exit $cannot_be_had; }
		# Its release file is often older than it says it may be.  What is taken
		# of it is built with, and never run.
		case $suite in
		sid) options=' check-valid-until=no' ;;
		*) options= ;;
		esac
		lines="${lines}deb [arch=$archs signed-by=$keyring$options] $url $suite main
"
	done
	export APT_CONFIG="$apt_dir/apt.conf"
	(
		flock 8
		if [ "$lines" != "$(cat "$apt_dir/sources.list" 2>/dev/null)
" ] || [ ! "$(find "$apt_dir/status" -newermt '-1 hour' 2>/dev/null)" ]; then
			printf %s "$lines" >"$apt_dir/sources.list"
			: >"$apt_dir/status"
			touch -d '2 hours ago' "$apt_dir/status"
			with_patience "$* for $archs" apt-get update
			touch "$apt_dir/status"
		fi
	) 8>"$apt_dir/.lock"
}

# The suites of the guests, and of the package root.
use_newest_stable() {
	use_suites "$1" trixie trixie-updates trixie-backports trixie-security
}

# use_suites_of ROOT: those of a package root, as root_for names them.
use_suites_of() {
	case $1 in
	'root sid') use_suites amd64 sid ;;
	*) use_newest_stable amd64 ;;
	esac
}

# unpack_all FOLDER [TAR'S ARGUMENTS]: unpack and remove the packages in .debs of it.
unpack_all() {
	into=$1
	shift
	printf '%s\0' "$into"/.debs/*.deb | xargs -0 -I DEB -P "$(nproc)" sh -e -c '
		into=$1
		deb=$2
		shift 2
		echo "unpacking ${deb##*/}"
		dpkg-deb --fsys-tarfile "$deb" | tar -x -C "$into" --keep-directory-symlink "$@"
		rm "$deb"' sh "$into" DEB "$@"
	rm -rf "$into/.debs"
}

# download FOLDER COMMAND...: packages into the folder.  A mirror has no package any more that
# was superseded since its lists were taken, so the first try that fails has new ones taken
# for the next.
download() {
	into=$1
	shift
	if [ -e "$into/.failed" ] && [ ! -e "$into/.renewed" ]; then
		: >"$into/.renewed"
		# What it says is not why the packages cannot be had.
		renew_lists 2>&1 | sed 's/^/  /'
		# Of two versions of a package only the newer one is to be unpacked.
		apt-get autoclean -o Dir::Cache::archives="$into" -o Debug::NoLocking=1 2>&1 |
			sed 's/^/  /'
	fi
	"$@" || {
		: >"$into/.failed"
		return 1
	}
}

# Unless another recipe has done so meanwhile
renew_lists() {
	(
		flock 8
		[ "$apt_dir/status" -nt "$into/.failed" ] ||
			{ apt-get update && touch "$apt_dir/status"; }
	) 8>"$apt_dir/.lock"
}

# fetch_unpack FOLDER PACKAGE...: just these.
fetch_unpack() {
	mkdir "$1/.debs"
	(
		cd "$1/.debs"
		shift
		with_patience "$(echo "$*" | cut -c 1-60)" download "$PWD" apt-get download "$@"
	)
	unpack_all "$1" --exclude=./usr/share --exclude='./boot/System.map*'
}

# fetch_unpack_system FOLDER PACKAGE...: these and all that they depend on, without
# their scripts being run.  What is in FOLDER already, as dpkg's file there says, is
# not fetched again.
fetch_unpack_system() {
	system=$1
	shift
	debs=$system/.debs
	status=$system/var/lib/dpkg/status
	mkdir -p "$debs/partial" "${status%/*}"
	rm -f "$debs/.failed" "$debs/.renewed"
	touch "$status"
	# Links that everything else is unpacked through.
	for d in bin sbin lib lib64; do
		mkdir -p "$system/usr/$d"
		[ -e "$system/$d" ] || ln -s "usr/$d" "$system/$d"
	done
	# apt says nothing for a while.
	echo 'choosing packages'
	with_patience "$(echo "$*" | cut -c 1-60)" download "$debs" \
		apt-get install -y --download-only -o Dir::Cache::archives="$debs" \
		-o Dir::State::status="$status" -o Debug::NoLocking=1 "$@"
	for deb in "$debs"/*.deb; do
		[ -e "$deb" ] || return 0
		dpkg-deb --field "$deb"
		printf 'Status: install ok installed\n\n'
	done >"$system/.unpacked"
	unpack_all "$system" --exclude='./usr/share/doc/*' --exclude='./usr/share/man/*' \
		--exclude='./usr/share/locale/*'
	# A newer one of what was there takes its place.
	awk -v RS= -v ORS='\n\n' '!seen[$2]++' "$system/.unpacked" "$status" >"$status.new"
	mv "$status.new" "$status"
	rm "$system/.unpacked"
}

# make_system FOLDER SUITE VARIANT PACKAGES [ARGUMENT...]: a Debian of this machine's
# architecture, installed, with its updates; VARIANT and ARGUMENTs are mmdebstrap's.
make_system() {
	into=$1
	suite=$2
	variant=$3
	included=$(echo $4 | tr ' ' ,)
	shift 4
	host_ready
	(
		flock 8
		command -v mmdebstrap >/dev/null || install_here mmdebstrap
	) 8>"$cache/.host.lock"
	url=$(mirror_of "$suite") || { echo "$url"; exit $cannot_be_had; }
	conf=$(mktemp -d)
	trap 'rm -rf "$conf"' EXIT
	apt_options >"$conf/apt.conf"
	for s in $suite $suite-updates ${more_suites-} $suite-security; do
		echo "deb [signed-by=$keyring] $(mirror_of "$s") $s main"
	done >"$conf/sources.list"
	install_system() {
		rm -rf "$into"
		mkdir "$into"
		# In namespaces of its own: however it ends, nothing stays mounted there.
		env -u APT_CONFIG unshare --mount --mount-proc --pid --fork --kill-child \
			mmdebstrap --verbose --mode=root --variant="$variant" \
			--format=directory --architectures=amd64 --dpkgopt=force-unsafe-io \
			--dpkgopt='path-exclude=/usr/share/man/*' \
			--dpkgopt='path-exclude=/usr/share/locale/*' --aptopt="$conf/apt.conf" \
			--include="$included" "$@" "$suite" "$into" "$conf/sources.list"
	}
	with_patience "a Debian $suite" install_system "$@"
}
