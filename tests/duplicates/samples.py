"""Articles of our own for the tests of duplicates."""

import random

from crawler.duplicates import Document

HARBOUR = (
    "入秋以后，临江老码头的渡船改成了每小时一班。船长罗文清说，夏天排队的人一直站到石阶顶上，现在连早市的菜农都可以坐着过江。",
    "码头的候船室建于1957年，木窗换过三次，只有那口铜钟还是原来的。钟声一响，栈桥上卖藕粉的摊主就知道该收拾碗筷了，因为下一班船要等整整六十分钟。",
    "去年冬天，区里拿出一笔钱修补栈桥，把松动的木板换成了防滑的竹胶板。工程原定二十天完工，后来因为寒潮拖到了腊月二十三，收工那天工人们在江边放了一挂鞭炮。",
    "渡口对岸是一片柚子林。林子的主人姓阮，今年八十一岁，每天仍旧坐第一班船去城里送柚子。他说桥修得再多，也没有人愿意替他把筐子搬上楼梯，渡船上的人却总会搭一把手。",
    "码头管理处打算明年春天把候船室改成小小的展览馆，陈列旧船票、煤油灯和几本航行日志。罗文清捐出了自己保存的舵轮，他说舵轮放在家里只能落灰，放在这里，孩子们还可以摸一摸。",
)
ORCHARD = (
    "高山苹果园里的灌溉系统今年换成了滴灌，果农不再需要半夜爬起来开闸放水。技术员把每一排树的用水量写在小黑板上，谁家的树渴了，一眼就看得出来。",
    "往年到了这个时候，山脚下的水塘已经见底，鱼都要挪到隔壁村去养。今年塘里还留着一人深的水，孩子们放学以后在塘边数蜻蜓，数到天黑才肯回家。",
    "合作社的仓库里新添了一台分拣机，按颜色和个头把苹果分成四档。最大的那一档用软纸一个个包好，装进印着山峰图案的纸箱，第二天一早就上了去省城的冷藏车。",
)
ENGLISH = (
    (
        "The ferry across the lower river now leaves once an hour, and for the first time in years there are free "
        "seats on the early crossing. Captain Rowan Ellery says the queue used to reach the top of the stone steps "
        "every morning of July."
    ),
    (
        "The waiting room dates from the age of steam. Its windows have been replaced three times, but the bronze "
        "bell is the original one, and the woman who sells soup on the pier still packs up when she hears it ring."
    ),
    (
        "Last winter the borough paid for new planks on the pier. The work was meant to take three weeks; frost "
        "and a late delivery stretched it to almost two months, and on the last evening the carpenters lit a small "
        "fire on the shore."
    ),
    (
        "Next spring the harbour office wants to turn the waiting room into a museum with old tickets, paraffin "
        "lamps and the logbooks of four captains. Ellery has given his own wheel, because at home it would only "
        "gather dust."
    ),
)
NOTICE = (
    "尊敬的住户：因供热管网检修，{where}片区定于{day}日{hour}时起暂停供暖，预计当晚二十二时前恢复。检修期间请关闭室内阀门，"
    "家中有老人和婴幼儿的请提前备好取暖用品，注意用电安全。如遇雨雪天气，检修时间顺延，届时另行通知。给您带来不便，敬请谅解。"
)
_CITIES = ("望江", "临溪", "白塔", "松岭", "荷塘", "石桥", "云台", "柳湾", "青坪", "沙河")


def document(article: str, paras: tuple[str, ...], title: str = "", site: str = "one.example") -> Document:
    """A document of these paragraphs."""
    return Document(article, site, f"https://{site}/{article}", title, "\n".join(paras), f"{title} - {site}")


def notice(number: int) -> Document:
    """One of a series: another district, day and hour each."""
    rng = random.Random(number)
    where = _CITIES[number % len(_CITIES)] + "东南西北中"[number // len(_CITIES) % 5]
    text = NOTICE.format(where=where, day=rng.randint(1, 28), hour=rng.randint(5, 11))
    return document(f"notice{number}", (text,), f"{where}片区停暖通知")
