#include "names_internal.h"

#include "base/random.h"

/* Common elements of place names of the loess and hill country, all words of everyday language. */
static const char *const ground[] = { "柳", "石", "青", "白", "双", "槐", "桃", "杏", "枣", "榆", "松",
                                      "梨", "金", "银", "红", "长", "龙", "凤", "云", "清", "寒", "黑",
                                      "野", "古", "新", "高", "平", "安", "永", "广", "南", "北", "东",
                                      "西", "大", "小", "上", "下", "前", "后" };
static const char *const land[] = { "林", "湾", "沟", "坪", "河", "岔", "台", "塬", "川", "岭",
                                    "滩", "桥", "渠", "坡", "泉", "寨", "洼", "峁", "畔", "梁" };
static const char *const family[] = {
    "杨", "王", "李", "张", "刘", "陈", "赵", "周", "吴", "郑", "孙", "马", "高", "郭", "何", "罗",
    "梁", "宋", "韩", "唐", "冯", "董", "袁", "许", "曹", "彭", "曾", "萧", "田", "潘", "蔡", "蒋",
    "余", "杜", "叶", "程", "苏", "魏", "吕", "丁", "任", "卢", "姚", "沈", "姜", "崔", "谭", "陆",
    "范", "汪", "廖", "石", "金", "贾", "夏", "付", "方", "邹", "熊", "白", "孟", "秦", "邱", "侯",
    "江", "尹", "薛", "闫", "段", "雷", "龙", "史", "陶", "贺", "顾", "毛", "郝", "龚", "邵", "万"
};
static const char *const homestead[] = { "家湾", "家沟", "家坪", "家庄", "家岔", "家台", "家塬",
                                         "家梁", "家河", "家洼", "家坡", "家川", "家峁", "家渠",
                                         "家寨", "家畔", "家咀", "家坬" };
static const char *const quarter[] = { "新城", "河滨", "文昌", "和平", "迎宾", "光明", "胜利", "东关",
                                       "西关", "南门", "北街", "长庆", "团结", "幸福", "兴盛", "向阳",
                                       "朝晖", "育才", "建设", "友谊", "宝塔", "清泉", "康乐", "百花",
                                       "桥头", "金桥", "翠屏", "凤鸣", "龙泉", "望河", "安居", "阳光",
                                       "春晓", "富民", "仁和", "德馨", "永安", "泰和", "吉祥", "锦绣" };
static const char *const place[] = { "苑", "里", "园", "台", "湾", "坊", "桥", "街", "巷", "庭" };
static const char *const fine[] = { "锦绣", "阳光", "翠湖", "金域", "和谐", "盛世", "书香", "滨江", "紫薇",
                                    "丽景", "华泰", "祥和", "怡景", "碧水", "恒源", "雅居", "龙腾",
                                    "凤栖", "嘉禾", "枫林", "天骄", "瑞景", "御园", "福馨", "康居",
                                    "东方", "银河", "文华", "世纪", "新天", "明珠", "秀水", "云顶",
                                    "康泰", "荣盛", "景泰", "兰亭", "梧桐", "海棠", "桂苑" };
static const char *const estate[] = { "花园", "小区", "家园", "苑", "名邸", "华庭", "新村", "公寓",
                                     "雅苑", "佳苑", "花苑", "城" };
static const char *const road[] = { "人民", "解放", "建设", "迎宾", "文化", "和平", "光明", "新华", "胜利",
                                    "东风", "民主", "工农", "育才", "体育", "团结", "长征", "朝阳",
                                    "幸福", "振兴", "向阳", "友谊", "康复", "青年", "红旗", "兴隆",
                                    "学府", "商贸", "环城", "金川", "银川", "清风", "明月", "望山",
                                    "听泉", "桃源", "松涛", "柳荫", "槐香", "翠微", "锦程" };
static const char *const road_part[] = { "", "东", "西", "南", "北", "中", "新", "前" };

typedef struct {
    const char *const *first;
    guint n_first;
    const char *const *second;
    guint n_second;
    const char *end;
} Recipe;

#define PARTS(list) list, G_N_ELEMENTS (list)

static const char *const nothing[] = { "" };
static const Recipe recipes[CG_N_NAME_KINDS] = {
    [CG_NAME_SUBDISTRICT] = { PARTS (quarter), PARTS (nothing), "街道" },
    [CG_NAME_TOWN] = { PARTS (ground), PARTS (land), "镇" },
    [CG_NAME_COMMUNITY] = { PARTS (quarter), PARTS (nothing), "社区" },
    [CG_NAME_VILLAGE] = { PARTS (family), PARTS (homestead), "村" },
    [CG_NAME_RIVER] = { PARTS (ground), PARTS (land), "河" },
    [CG_NAME_COMPOUND] = { PARTS (fine), PARTS (estate), "" },
    [CG_NAME_STREET] = { PARTS (road), PARTS (road_part), "路" },
};

struct _CgNamer {
    CgRandom random;
    GHashTable *given;
};

CgNamer *
cg_namer_new (guint64 seed)
{
    CgNamer *namer = g_new0 (CgNamer, 1);
    cg_random_init (&namer->random, seed, 7);
    namer->given = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
    return namer;
}

void
cg_namer_free (CgNamer *namer)
{
    if (namer == NULL)
        return;
    g_hash_table_unref (namer->given);
    g_free (namer);
}

static char *
compose (CgNamer *namer, const Recipe *recipe, guint attempt)
{
    const char *first = recipe->first[cg_random_below (&namer->random, recipe->n_first)];
    const char *second = recipe->second[cg_random_below (&namer->random, recipe->n_second)];
    /* When the list runs dry, a second word joins: 新城 -> 新城苑, 锦绣花园 -> 锦绣紫薇花园. */
    if (attempt > 60 && recipe->first == quarter)
        second = place[cg_random_below (&namer->random, G_N_ELEMENTS (place))];
    const char *more = "";
    if (attempt > 60 && recipe->first != quarter)
        more = attempt % 2 ? fine[cg_random_below (&namer->random, G_N_ELEMENTS (fine))]
                           : ground[cg_random_below (&namer->random, G_N_ELEMENTS (ground))];
    return g_strconcat (first, more, second, recipe->end, NULL);
}

char *
cg_namer_take (CgNamer *namer, CgNameKind kind)
{
    for (guint attempt = 0; attempt < 5000; attempt++) {
        g_autofree char *name = compose (namer, &recipes[kind], attempt);
        if (g_hash_table_add (namer->given, g_strdup (name)))
            return g_steal_pointer (&name);
    }
    /* Every combination is taken (tens of thousands): numbers never run out. */
    for (guint number = 1;; number++) {
        g_autofree char *name = g_strdup_printf ("%s%u%s", recipes[kind].first[0], number,
                                                 recipes[kind].end);
        if (g_hash_table_add (namer->given, g_strdup (name)))
            return g_steal_pointer (&name);
    }
}

char *
cg_name_number (guint number)
{
    static const char *const digits[] = { "", "一", "二", "三", "四", "五", "六", "七", "八", "九" };
    g_return_val_if_fail (number > 0 && number < 100, NULL);
    if (number < 10)
        return g_strdup (digits[number]);
    return g_strconcat (number >= 20 ? digits[number / 10] : "", "十", digits[number % 10], NULL);
}
