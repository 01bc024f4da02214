/* What looks like personal data, by the header and by the value. Refusing too much is cheap: the
 * user renames or removes the column. Storing a person's number is not. */
#include <string.h>

#include "import/fields.h"

/* Anywhere in a header. */
static const char *const personal_parts[] = {
    "身份证",   "证件号", "证件编号", "公民身份", "姓名",     "户主",     "手机",     "电话",
    "联系方式", "联系人", "住址",     "家庭地址", "户籍地址", "居住地址", "详细地址", "门牌",
    "当事人",   "报警人", "报案人",   "投诉人",   "举报人",   "来电人",   "反映人",   "嫌疑人",
    "受害人",   "被害人", "车牌",     "出生日期", "生日",     "微信",     "邮箱",     "银行卡",
    "護照",     "护照",   "身分證",   "電話",     "手機",     "地址",
};

/* Whole words of an English header, after blanks, hyphens and CamelCase became underscores. */
static const char *const personal_words[] = {
    "idcard",           "id_card",       "id_number",      "identity",      "identity_no",
    "identity_number",  "ssn",           "passport",       "phone",         "mobile",
    "telephone",        "tel",           "cellphone",      "phone_number",  "email",
    "e_mail",           "surname",       "firstname",      "lastname",      "first_name",
    "last_name",        "full_name",     "fullname",       "person_name",   "owner_name",
    "contact_name",     "contact",       "caller",         "complainant",   "victim",
    "suspect",          "birthday",      "birth_date",     "date_of_birth", "dob",
    "home_address",     "address",       "street_address", "house_number",  "housenumber",
    "addr_housenumber", "licence_plate", "license_plate",  "wechat",        "bank_card",
};

static char *
underscored (const char *header)
{
    GString *out = g_string_new ("_");
    for (const char *at = header; *at != '\0'; at++) {
        gboolean hump = at > header && g_ascii_isupper (*at) && g_ascii_islower (at[-1]);
        gboolean gap = !g_ascii_isalnum (*at) && (guchar) *at < 0x80;
        if ((hump || gap) && out->str[out->len - 1] != '_')
            g_string_append_c (out, '_');
        if (!gap)
            g_string_append_c (out, g_ascii_tolower (*at));
    }
    if (out->str[out->len - 1] != '_')
        g_string_append_c (out, '_');
    return g_string_free (out, FALSE);
}

gboolean
cg_field_is_personal (const char *header)
{
    for (guint i = 0; i < G_N_ELEMENTS (personal_parts); i++)
        if (strstr (header, personal_parts[i]) != NULL)
            return TRUE;
    g_autofree char *words = underscored (header);
    for (guint i = 0; i < G_N_ELEMENTS (personal_words); i++) {
        g_autofree char *word = g_strconcat ("_", personal_words[i], "_", NULL);
        if (strstr (words, word) != NULL)
            return TRUE;
    }
    return FALSE;
}

/* GB 11643: 17 digits with a date in the middle and a check character. The check leaves one in
 * eleven random numbers, the date one in some hundreds of those. */
static gboolean
is_identity_number (const char *digits)
{
    static const int weights[] = { 7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2 };
    int year = 0, month = (digits[10] - '0') * 10 + digits[11] - '0';
    int day = (digits[12] - '0') * 10 + digits[13] - '0', sum = 0;
    for (int i = 6; i < 10; i++)
        year = year * 10 + digits[i] - '0';
    for (int i = 0; i < 17; i++)
        sum += weights[i] * (digits[i] - '0');
    return year >= 1880 && year <= 2100 && month >= 1 && month <= 12 && day >= 1 && day <= 31 &&
           "10X98765432"[sum % 11] == g_ascii_toupper (digits[17]);
}

static gboolean
is_mobile (const char *digits, gsize run)
{
    if (run == 13 && digits[0] == '8' && digits[1] == '6')
        digits += 2;
    else if (run != 11)
        return FALSE;
    return digits[0] == '1' && digits[1] >= '3';
}

/* A run of digits that stands alone: no part of a hexadecimal id or of a fraction. */
static const char *
judge_run (const char *text, const char *at, gsize run)
{
    gboolean joined =
        (at > text && (g_ascii_isxdigit (at[-1]) || at[-1] == '.')) || g_ascii_isxdigit (at[run]);
    if (joined)
        return NULL;
    if (is_mobile (at, run))
        return "a mobile number";
    gboolean with_x = run == 17 && (at[17] == 'X' || at[17] == 'x');
    return (run == 18 || with_x) && is_identity_number (at) ? "an identity number" : NULL;
}

/* Fullwidth digits as plain ones, and 138-1234-5678 or 138 1234 5678 without its gaps. */
static char *
plain_digits (const char *value)
{
    GString *out = g_string_new (NULL);
    for (const char *at = value; *at != '\0'; at = g_utf8_next_char (at)) {
        gunichar c = g_utf8_get_char (at);
        if (c >= 0xff10 && c <= 0xff19)
            g_string_append_c (out, (char) ('0' + (c - 0xff10)));
        else
            g_string_append_unichar (out, c);
    }
    for (gsize at = 0; at + 13 <= out->len; at++) {
        char *here = out->str + at;
        gboolean gaps = strspn (here, "0123456789") == 3 && strchr ("- ", here[3]) != NULL &&
                        strspn (here + 4, "0123456789") == 4 && strchr ("- ", here[8]) != NULL &&
                        strspn (here + 9, "0123456789") == 4 &&
                        (at == 0 || !g_ascii_isalnum (here[-1]));
        if (gaps && here[0] == '1') {
            g_string_erase (out, (gssize) at + 8, 1);
            g_string_erase (out, (gssize) at + 3, 1);
        }
    }
    return g_string_free (out, FALSE);
}

const char *
cg_value_is_personal (const char *value)
{
    const char *found = NULL;
    gsize n_digits = 0;
    for (const char *at = value; *at != '\0'; at++)
        n_digits += g_ascii_isdigit (*at) || (guchar) *at >= 0x80;
    if (n_digits < 11)
        return NULL;
    g_autofree char *text = plain_digits (value);
    for (const char *at = text; found == NULL && *at != '\0';) {
        gsize run = strspn (at, "0123456789");
        if (run >= 11)
            found = judge_run (text, at, run);
        at += run > 0 ? run : 1;
    }
    return found;
}
