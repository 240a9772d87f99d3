# SPDX-License-Identifier: BSD-2-Clause
# A MariaDB server of our own: no network, its socket in a folder that only we can enter.

database_up()
{
	local me
	me=$(id -un)
	PATH=$PATH:/usr/sbin:/usr/libexec
	database_create "$me"
	running mariadb || database_start "$me"
	wait_until 60 database_settled || true
	database_answers || fail_with_log "MariaDB does not answer" "$log/mariadb.log"
	# The accounts have no passwords because the socket's folder is the lock. The programs' own gets its rights in
	# database_migrate; certctl_admin is for migrations, and for people who look around.
	database_root <<-'END' || fail_with_log "the database could not be prepared" "$log/mariadb.log"
		CREATE DATABASE IF NOT EXISTS certctl CHARACTER SET utf8mb4;
		CREATE USER IF NOT EXISTS certctl_admin@localhost;
		GRANT ALL PRIVILEGES ON certctl.* TO certctl_admin@localhost;
		CREATE USER IF NOT EXISTS certctl@localhost;
	END
}

# Makes the data folder; an interrupted attempt leaves only data.new behind.
database_create()
{
	[ ! -d "$VAR/mariadb/data" ] || return 0
	say "creating the database"
	rm -rf "$VAR/mariadb"
	mkdir -p "$VAR/mariadb/tmp"
	# With a folder for temporary tables of its own: any mariadbd that starts removes those it finds in /tmp.
	TMPDIR=$VAR/mariadb/tmp mariadb-install-db --no-defaults --datadir="$VAR/mariadb/data.new" --user="$1" --skip-test-db \
		--auth-root-authentication-method=socket --auth-root-socket-user="$1" >"$log/mariadb.log" 2>&1 9>&- ||
		fail_with_log "mariadb-install-db failed" "$log/mariadb.log"
	mv "$VAR/mariadb/data.new" "$VAR/mariadb/data"
}

database_start()
{
	say "starting MariaDB"
	database_started=yes
	start_process mariadb mariadbd --no-defaults --datadir="$VAR/mariadb/data" --user="$1" --tmpdir="$VAR/mariadb/tmp" \
		--socket="$run/mariadb.sock" --skip-networking --pid-file="$run/mariadbd.pid" \
		--skip-name-resolve --innodb-buffer-pool-size=64M
}

# SQL from standard input, as the account that the server gave to whoever runs it.
database_root()
{
	mariadb --no-defaults --socket="$run/mariadb.sock" --user="$(id -un)" --batch "$@" 2>>"$log/mariadb.log"
}

database_answers()
{
	mariadb --no-defaults --socket="$run/mariadb.sock" --user="$(id -un)" -e 'SELECT 1' >/dev/null 2>&1
}

# Ready, or there is nothing to wait for any more.
database_settled()
{
	database_answers || ! running mariadb
}

# Prints the database's URL for account $1.
database_url()
{
	printf 'mariadb:///certctl?socket=%s&user=%s\n' "$(printf '%s' "$run/mariadb.sock" | sed 's/%/%25/g')" "$1"
}

# The tables, and then the programs' rights to them, which are those that docs/database.md recommends.
database_migrate()
{
	CERTCTL_DATABASE_URL=$(database_url certctl_admin) \
		"$cli" --config "$config" migrate --sql "$prefix/share/certctl-fcgi/sql" >"$log/migrate.log" 2>&1 ||
		fail_with_log "the migrations could not be applied; where one changed before its release, 'stop' and remove $VAR" \
			"$log/migrate.log"
	grep '^GRANT .* TO certctl@localhost;$' "$top/docs/database.md" | database_root ||
		fail_with_log "the database account could not be given its rights" "$log/mariadb.log"
}
