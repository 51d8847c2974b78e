#include "io/report/html.h"

#include <inttypes.h>
#include <string.h>

static const char *entity(char c)
{
    switch (c) {
    case '&':
        return "&amp;";
    case '<':
        return "&lt;";
    case '>':
        return "&gt;";
    case '"':
        return "&quot;";
    case '\'':
        return "&#39;";
    default:
        return (unsigned char)c < 0x20 || c == 0x7f ? "\xef\xbf\xbd" : NULL;
    }
}

void bf_html_text(bf_text *out, const char *text)
{
    const char *plain = text; /* start of what can be taken as it is */
    const char *c = text;
    for (; *c != '\0'; c++) {
        const char *spelled = entity(*c);
        if (spelled == NULL)
            continue;
        bf_text_append(out, plain, (size_t)(c - plain));
        bf_text_string(out, spelled);
        plain = c + 1;
    }
    bf_text_append(out, plain, (size_t)(c - plain));
}

void bf_html_seconds(bf_text *out, double seconds)
{
    char whole[BF_GROUPED_BYTES];
    if (!(seconds >= 0 && seconds < 1e15)) {
        bf_text_string(out, "–");
        return;
    }
    int64_t ms = (int64_t)(seconds * 1e3 + 0.5);
    bf_text_format(out, "%s.%03d", bf_grouped(whole, ms / 1000), (int)(ms % 1000));
}

void bf_html_section(bf_text *out, const char *id, const char *title)
{
    bf_text_format(out, "<section id=\"%s\">\n<h2>%s</h2>\n", id, title);
}

void bf_html_section_end(bf_text *out)
{
    bf_text_string(out, "</section>\n");
}

void bf_html_table(bf_text *out, const char *columns)
{
    bf_text_string(out, "<div class=\"scroll\"><table class=\"data\"><thead><tr>");
    for (const char *at = columns;; at++) {
        size_t size = strcspn(at, "|");
        bool is_number = *at == '#';
        bf_text_string(out, is_number ? "<th scope=\"col\" class=\"n\">" : "<th scope=\"col\">");
        bf_text_append(out, at + is_number, size - is_number);
        bf_text_string(out, "</th>");
        at += size;
        if (*at == '\0')
            break;
    }
    bf_text_string(out, "</tr></thead><tbody>");
}

void bf_html_table_end(bf_text *out)
{
    bf_text_string(out, "\n</tbody></table></div>\n");
}

void bf_html_row(bf_text *out, const char *title)
{
    bf_text_string(out, "\n<tr><th scope=\"row\">");
    bf_html_text(out, title);
    bf_text_string(out, "</th>");
}

void bf_html_cell(bf_text *out, const char *text)
{
    bf_text_string(out, "<td>");
    bf_html_text(out, text);
    bf_text_string(out, "</td>");
}

void bf_html_count(bf_text *out, int64_t number)
{
    char text[BF_GROUPED_BYTES];
    bf_text_format(out, "<td class=\"n\">%s</td>", bf_grouped(text, number));
}

void bf_html_seconds_cell(bf_text *out, double seconds)
{
    bf_text_string(out, "<td class=\"n\">");
    bf_html_seconds(out, seconds);
    bf_text_string(out, "</td>");
}
