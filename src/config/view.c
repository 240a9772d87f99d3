/* SPDX-License-Identifier: BSD-2-Clause */
/* The table as people see it: every name in every form. */
#include <stdio.h>

#include "config/settings.h"
#include "config/value.h"

static void see_one(const struct config_setting *setting, const struct config_form *form,
		    void (*see)(void *context, const struct config_setting_view *setting), void *context)
{
	const char *value = setting->default_text;
	struct config_setting_view view = {
		.type = config_type_name(setting->type),
		.help = setting->help,
		.secret = setting->type == CONFIG_SECRET,
	};
	char name[128];

	if (!form->named && setting->flat_default != NULL)
		value = setting->flat_default;
	(void)snprintf(name, sizeof name, "%s%s", form->prefix, setting->name);
	view.name = name;
	view.default_text = value != NULL ? value : "";
	see(context, &view);
}

void config_settings(void (*see)(void *context, const struct config_setting_view *setting), void *context)
{
	for (size_t f = 0; f < config_forms_count; f++) {
		const struct config_form *form = &config_forms[f];

		for (size_t i = 0; i < config_settings_count; i++) {
			const struct config_setting *setting = &config_settings_table[i];

			if (setting->scope == form->scope && (form->named || !setting->named_only))
				see_one(setting, form, see, context);
		}
	}
}
