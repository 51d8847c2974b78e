#include "io/text/json_out.h"

static bool is_on_a_line(const bf_json_out *json)
{
    return json->line_depth > 0 && json->depth >= json->line_depth;
}

static void new_line(bf_json_out *json)
{
    bf_text_string(json->text, "\n");
    for (int i = 0; i < json->depth; i++)
        bf_text_string(json->text, "  ");
}

void bf_json_key(bf_json_out *json, const char *key)
{
    if (!json->first)
        bf_text_string(json->text, is_on_a_line(json) ? ", " : ",");
    if (json->depth > 0 && !is_on_a_line(json))
        new_line(json);
    json->first = false;
    if (key != NULL) {
        bf_text_json_string(json->text, key);
        bf_text_string(json->text, ": ");
    }
}

void bf_json_open(bf_json_out *json, const char *key, char bracket)
{
    bf_json_key(json, key);
    bf_text_append(json->text, &bracket, 1);
    json->depth++;
    json->first = true;
}

void bf_json_open_line(bf_json_out *json, const char *key, char bracket)
{
    bf_json_open(json, key, bracket);
    if (json->line_depth == 0)
        json->line_depth = json->depth;
}

void bf_json_close(bf_json_out *json, char bracket)
{
    bool line = is_on_a_line(json);
    json->depth--;
    if (json->depth < json->line_depth)
        json->line_depth = 0;
    if (!json->first && !line)
        new_line(json);
    bf_text_append(json->text, &bracket, 1);
    json->first = false;
}

void bf_json_string(bf_json_out *json, const char *key, const char *string)
{
    bf_json_key(json, key);
    if (string == NULL)
        bf_text_string(json->text, "null");
    else
        bf_text_json_string(json->text, string);
}

void bf_json_integer(bf_json_out *json, const char *key, int64_t value)
{
    bf_json_key(json, key);
    bf_text_integer(json->text, value);
}

void bf_json_bool(bf_json_out *json, const char *key, bool value)
{
    bf_json_key(json, key);
    bf_text_string(json->text, value ? "true" : "false");
}
