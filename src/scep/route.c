/* SPDX-License-Identifier: BSD-2-Clause */
#include "scep/private.h"

#include <string.h>

/* Fixed paths of clients whose path nobody can change (field.md W1). */
static const char *const fixed_paths[] = {"/cgi-bin/pkiclient.exe", "/certsrv/mscep/mscep.dll",
					  "/certsrv/mscep"};

/* True when PATH is PREFIX, or continues it with a further segment; *REST is what follows the '/'. */
static bool has_prefix(const char *path, const char *prefix, const char **rest)
{
	size_t length = strlen(prefix);

	if (strncmp(path, prefix, length) != 0 || (path[length] != '/' && path[length] != '\0'))
		return false;
	*rest = path[length] == '/' ? path + length + 1 : path + length;
	return true;
}

/* The profile whose name is the LENGTH bytes at NAME. */
static const struct scep_profile *find(const struct scep_service *service, const char *name, size_t length)
{
	for (size_t i = 0; i < service->profile_count; i++) {
		const char *known = service->profiles[i].config->name;

		if (strlen(known) == length && strncmp(known, name, length) == 0)
			return &service->profiles[i];
	}
	return NULL;
}

/* A client certificate is a named profile's business: there is no root here, and none of the fixed paths. */
static const struct scep_profile *route_mtls(const struct scep_service *service, const char *path)
{
	const char *rest;
	size_t length;

	if (!has_prefix(path, "/scep-mtls", &rest))
		return NULL;
	length = strcspn(rest, "/");
	return length == 0 ? NULL : find(service, rest, length);
}

const struct scep_profile *scep_route(const struct scep_service *service, const char *path)
{
	const struct scep_profile *root = find(service, "", 0);
	const struct scep_profile *named;
	const char *rest;

	if (service->kind == SCEP_MTLS)
		return route_mtls(service, path);
	if (has_prefix(path, "/scep", &rest)) {
		named = find(service, rest, strcspn(rest, "/"));
		return named != NULL ? named : root;
	}
	for (size_t i = 0; i < sizeof fixed_paths / sizeof *fixed_paths; i++)
		if (has_prefix(path, fixed_paths[i], &rest))
			return root == NULL && service->profile_count == 1 ? &service->profiles[0] : root;
	return NULL;
}
