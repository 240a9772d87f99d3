/* SPDX-License-Identifier: BSD-2-Clause */
#include <criterion/criterion.h>
#include <string.h>

#include "scep/private.h"

struct expectation {
	const char *path;
	const char *profile; /* NULL: none */
	const char *why;
};

/* A service with profiles of these names; only routing looks at it. */
static struct scep_service service_with(struct config_scep_profile *configs, struct scep_profile *profiles,
					size_t count)
{
	for (size_t i = 0; i < count; i++)
		profiles[i].config = &configs[i];
	return (struct scep_service){.profiles = profiles, .profile_count = count};
}

static void expect(const struct scep_service *service, const struct expectation *cases, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		const struct scep_profile *found = scep_route(service, cases[i].path);

		cr_expect_eq(found == NULL, cases[i].profile == NULL, "%s: %s", cases[i].path, cases[i].why);
		if (found != NULL && cases[i].profile != NULL)
			cr_expect_str_eq(found->config->name, cases[i].profile, "%s: %s", cases[i].path,
					 cases[i].why);
	}
}

Test(route, named_profiles_without_a_root)
{
	static const struct expectation cases[] = {
		{"/", NULL, "not SCEP"},
		{"/scepter/corp", NULL, "another word that begins alike"},
		{"/scep", NULL, "there is no root profile"},
		{"/scep/", NULL, "nor with a slash"},
		{"/scep/unknown", NULL, "unknown names are not another profile's"},
		{"/scep/corporate", NULL, "a longer name is another name"},
		{"/scep/cor", NULL, "so is a shorter one"},
		{"/cgi-bin/pkiclient.exe", NULL, "two profiles: the fixed path means neither"},
		{"/scep:8081/pkiclient.exe", NULL, "the port in the path, as IOS may send it"},
		{"/scep/corp", "corp", "a profile"},
		{"/scep/corp/", "corp", "trailing slash"},
		{"/scep/corp/pkiclient.exe", "corp", "the suffix IOS adds (field.md W1)"},
		{"/scep/iot/any/further/suffix", "iot", "any suffix"},
	};
	struct config_scep_profile configs[] = {{.name = (char[]){"corp"}}, {.name = (char[]){"iot"}}};
	struct scep_profile profiles[2] = {0};
	struct scep_service service = service_with(configs, profiles, 2);

	expect(&service, cases, sizeof cases / sizeof *cases);
}

Test(route, the_root_profile_takes_every_suffix)
{
	static const struct expectation cases[] = {
		{"/", NULL, "not SCEP"},
		{"/certsrv/other", NULL, "not one of the fixed paths"},
		{"/scep", "", "the root"},
		{"/scep/pkiclient.exe", "", "with a suffix"},
		{"/cgi-bin/pkiclient.exe", "", "IOS"},
		{"/certsrv/mscep/mscep.dll", "", "NDES clients"},
		{"/certsrv/mscep/mscep.dll/pkiclient.exe", "", "NDES clients with a suffix"},
	};
	struct config_scep_profile configs[] = {{.name = (char[]){""}}};
	struct scep_profile profiles[1] = {0};
	struct scep_service service = service_with(configs, profiles, 1);

	expect(&service, cases, sizeof cases / sizeof *cases);
}

Test(route, fixed_paths_mean_the_only_profile)
{
	static const struct expectation cases[] = {
		{"/scep", NULL, "/scep itself stays the root's"},
		{"/cgi-bin/pkiclient.exe", "corp", "the only one there is"},
	};
	struct config_scep_profile configs[] = {{.name = (char[]){"corp"}}};
	struct scep_profile profiles[1] = {0};
	struct scep_service service = service_with(configs, profiles, 1);

	expect(&service, cases, sizeof cases / sizeof *cases);
}

Test(route, client_certificates_are_a_named_profiles_business)
{
	static const struct expectation cases[] = {
		{"/", NULL, "not SCEP"},
		{"/scep/corp", NULL, "the plain route is another program's"},
		{"/scep", NULL, "and so is the root"},
		{"/scep-mtls", NULL, "there is no root here"},
		{"/scep-mtls/", NULL, "nor with a slash"},
		{"/scep-mtls//corp", NULL, "nor an empty name"},
		{"/scep-mtlsx/corp", NULL, "another word that begins alike"},
		{"/scep-mtls/unknown", NULL, "no such profile"},
		{"/scep-mtls/cor", NULL, "a shorter name is another name"},
		{"/cgi-bin/pkiclient.exe", NULL, "the fixed paths ask for no certificate"},
		{"/certsrv/mscep/mscep.dll", NULL, "none of them"},
		{"/scep-mtls/corp", "corp", "a profile"},
		{"/scep-mtls/corp/", "corp", "trailing slash"},
		{"/scep-mtls/corp/pkiclient.exe", "corp", "with a suffix"},
	};
	struct config_scep_profile configs[] = {{.name = (char[]){"corp"}}, {.name = (char[]){""}}};
	struct scep_profile profiles[2] = {0};
	struct scep_service service = service_with(configs, profiles, 2);

	service.kind = SCEP_MTLS;
	expect(&service, cases, sizeof cases / sizeof *cases);
	service.kind = SCEP_PLAIN;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		cr_expect(strncmp(cases[i].path, "/scep-mtls", 10) != 0 ||
				  scep_route(&service, cases[i].path) == NULL,
			  "%s is not served by the plain route", cases[i].path);
}
