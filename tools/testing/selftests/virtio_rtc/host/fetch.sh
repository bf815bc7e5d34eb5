# SPDX-License-Identifier: GPL-2.0-or-later
# Copyright The virtio_rtc contributors
#
# Debian packages that are unpacked, not installed: kernels and sources.
# Sourced by recipes that run inside the package root.

# Make the lists of packages no older than an hour.  Recipes may run side by
# side, and apt refuses a second update instead of waiting.
fetch_lists() {
	(
		flock 8
		[ "$(find /var/lib/apt/lists -maxdepth 0 -newermt '-1 hour')" ] &&
			ls /var/lib/apt/lists/*_Packages >/dev/null 2>&1 ||
			apt-get update
		touch /var/lib/apt/lists
	) 8>/var/lib/apt/.fetch.lock
}

# fetch_unpack FOLDER PACKAGE...
fetch_unpack() (
	dest=$1
	shift
	mkdir "$dest/.debs"
	cd "$dest/.debs"
	apt-get download -o APT::Sandbox::User=root "$@"
	for deb in *.deb; do
		dpkg-deb --fsys-tarfile "$deb" |
			tar -x -C "$dest" --keep-directory-symlink \
				--exclude=./usr/share --exclude='./boot/System.map*'
		rm "$deb"
	done
	cd "$dest"
	rmdir .debs
)

# suite_sources SUITE: where the package root has this release and its updates
# from, for amd64.
suite_sources() {
	grep -h -E "^deb .* $1(-updates|-security)? " /etc/apt/sources.list \
		/etc/apt/sources.list.d/* 2>/dev/null | sed 's/^deb \[[^]]*\]/deb [arch=amd64]/'
}
