using System.Collections.Frozen;
using System.Globalization;
using System.Text;

namespace NnUNet.Foundation;

/// <summary>
/// Brings text into Unicode's composed form (NFC), in which names of files are compared: some systems store an accented letter as
/// one character, others as a letter and its accents.
/// </summary>
/// <remarks>
/// <see cref="string.Normalize()"/> leaves text as it is where globalization is invariant, as it is in this program. Characters that stand for
/// another one alone (such as the sign for angstrom) are left as they are, since no system stores them otherwise. Facts: The Unicode Standard,
/// chapter 3.11 and 3.12, and UnicodeData.txt, version 14.
/// </remarks>
public static class ComposedForm
{
    private const int HangulSyllables = 0xAC00;
    private const int HangulFirst = 0x1100;
    private const int HangulVowel = 0x1161;
    private const int HangulLast = 0x11A7;
    private const int Vowels = 21;
    private const int Lasts = 28;
    private const int Syllables = 19 * Vowels * Lasts;

    private static readonly Lazy<FrozenDictionary<(Rune First, Rune Second), Rune>> Composites = new(ReadComposites);
    private static readonly Lazy<FrozenDictionary<Rune, (Rune First, Rune Second)>> Parts =
        new(static () => Composites.Value.ToFrozenDictionary(static c => c.Value, static c => c.Key));
    private static readonly Lazy<FrozenDictionary<Rune, int>> Classes = new(ReadClasses);

    /// <summary>The text in composed form.</summary>
    public static string Of(string text)
    {
        if (Ascii.IsValid(text)) return text;

        List<Rune> runes = [];
        foreach (Rune rune in text.EnumerateRunes()) Decompose(rune, runes);
        Reorder(runes);
        Compose(runes);
        StringBuilder composed = new(text.Length);
        foreach (Rune rune in runes) composed.Append(rune);
        return composed.ToString();
    }

    /// <summary>Whether two texts are the same in composed form; case counts.</summary>
    public static bool Equal(string one, string other) => string.Equals(Of(one), Of(other), StringComparison.Ordinal);

    private static void Decompose(Rune rune, List<Rune> into)
    {
        int syllable = rune.Value - HangulSyllables;
        if (syllable is >= 0 and < Syllables)
        {
            into.Add(new Rune(HangulFirst + (syllable / (Vowels * Lasts))));
            into.Add(new Rune(HangulVowel + (syllable % (Vowels * Lasts) / Lasts)));
            if (syllable % Lasts > 0) into.Add(new Rune(HangulLast + (syllable % Lasts)));
        }
        else if (Parts.Value.TryGetValue(rune, out (Rune First, Rune Second) parts))
        {
            Decompose(parts.First, into);
            into.Add(parts.Second);
        }
        else
        {
            into.Add(rune);
        }
    }

    /// <summary>Sorts the marks behind each letter by their class, those of one class in the order in which they are.</summary>
    private static void Reorder(List<Rune> runes)
    {
        for (int i = 1; i < runes.Count; i++)
        {
            Rune mark = runes[i];
            int place = i, own = Class(mark);
            for (; own > 0 && place > 0 && Class(runes[place - 1]) > own; place--) runes[place] = runes[place - 1];
            runes[place] = mark;
        }
    }

    /// <summary>Joins each mark with the letter before it, where there is a character for both and no mark of the same class in between.</summary>
    private static void Compose(List<Rune> runes)
    {
        int letter = -1, kept = 0, before = 0;
        foreach (Rune rune in runes.ToArray())
        {
            int own = Class(rune);
            bool blocked = letter < 0 || (kept - 1 > letter && (before == 0 || before >= own));
            if (!blocked && Join(runes[letter], rune) is { } joined)
            {
                runes[letter] = joined;
                continue;
            }

            if (own == 0) letter = kept;
            before = own;
            runes[kept++] = rune;
        }

        runes.RemoveRange(kept, runes.Count - kept);
    }

    private static Rune? Join(Rune first, Rune second)
    {
        int lead = first.Value - HangulFirst, vowel = second.Value - HangulVowel;
        if (lead is >= 0 and < Syllables / (Vowels * Lasts) && vowel is >= 0 and < Vowels) return new Rune(HangulSyllables + (((lead * Vowels) + vowel) * Lasts));

        int syllable = first.Value - HangulSyllables, last = second.Value - HangulLast;
        if (syllable is >= 0 and < Syllables && syllable % Lasts == 0 && last is > 0 and < Lasts) return new Rune(first.Value + last);
        return Composites.Value.TryGetValue((first, second), out Rune joined) ? joined : null;
    }

    private static int Class(Rune rune) => Classes.Value.GetValueOrDefault(rune);

    private static FrozenDictionary<(Rune First, Rune Second), Rune> ReadComposites()
    {
        Dictionary<(Rune, Rune), Rune> composites = [];
        foreach (string row in CompositesBySecond)
        {
            Rune[] runes = [.. row.EnumerateRunes()];
            for (int i = 1; i < runes.Length; i += 2) composites.Add((runes[i], runes[0]), runes[i + 1]);
        }

        return composites.ToFrozenDictionary();
    }

    private static FrozenDictionary<Rune, int> ReadClasses()
    {
        Dictionary<Rune, int> classes = [];
        foreach (string row in MarksByClass)
        {
            string[] words = row.Split(' ');
            int number = int.Parse(words[0], CultureInfo.InvariantCulture);
            foreach (string range in words.AsSpan(1))
            {
                int[] ends = [.. range.Split('-').Select(static end => int.Parse(end, NumberStyles.HexNumber, CultureInfo.InvariantCulture))];
                for (int mark = ends[0]; mark <= ends[^1]; mark++) classes[new Rune(mark)] = number;
            }
        }

        return classes.ToFrozenDictionary();
    }

    /// <summary>The second character, then pairs: the first one, and the character that stands for both.</summary>
    private static ReadOnlySpan<string> CompositesBySecond => new string[]
    {
        "\u0300AÀEÈIÌOÒUÙaàeèiìoòuùÜǛüǜNǸnǹЕЀИЍеѐиѝĒḔēḕŌṐōṑWẀwẁÂẦâầĂẰăằÊỀêềÔỒôồƠỜơờƯỪưừYỲyỳἀἂἁἃἈἊἉἋἐἒἑἓἘἚἙἛἠἢἡἣἨἪἩἫἰἲἱἳἸἺἹἻὀὂὁὃὈὊὉὋὐὒὑὓὙὛὠὢὡὣὨὪὩὫαὰεὲηὴιὶοὸυὺωὼΑᾺΕῈΗῊ᾿῍ϊῒΙῚ῾῝ϋῢΥῪ¨῭ΟῸΩῺ",
        "\u0301AÁEÉIÍOÓUÚYÝaáeéiíoóuúyýCĆcćLĹlĺNŃnńRŔrŕSŚsśZŹzźÜǗüǘGǴgǵÅǺåǻÆǼæǽØǾøǿ¨΅ΑΆΕΈΗΉΙΊΟΌΥΎΩΏϊΐαάεέηήιίϋΰοόυύωώϒϓГЃКЌгѓкќÇḈçḉĒḖēḗÏḮïḯKḰkḱMḾmḿÕṌõṍŌṒōṓPṔpṕŨṸũṹWẂwẃÂẤâấĂẮăắÊẾêếÔỐôốƠỚơớƯỨưứἀἄἁἅἈἌἉἍἐἔἑἕἘἜἙἝἠἤἡἥἨἬἩἭἰἴἱἵἸἼἹἽὀὄὁὅὈὌὉὍὐὔὑὕὙὝὠὤὡὥὨὬὩὭ᾿῎῾῞",
        "\u0302AÂEÊIÎOÔUÛaâeêiîoôuûCĈcĉGĜgĝHĤhĥJĴjĵSŜsŝWŴwŵYŶyŷZẐzẑẠẬạậẸỆẹệỌỘọộ",
        "\u0303AÃNÑOÕaãnñoõIĨiĩUŨuũVṼvṽÂẪâẫĂẴăẵEẼeẽÊỄêễÔỖôỗƠỠơỡƯỮưữYỸyỹ",
        "\u0304AĀaāEĒeēIĪiīOŌoōUŪuūÜǕüǖÄǞäǟȦǠȧǡÆǢæǣǪǬǫǭÖȪöȫÕȬõȭȮȰȯȱYȲyȳИӢиӣУӮуӯGḠgḡḶḸḷḹṚṜṛṝαᾱΑᾹιῑΙῙυῡΥῩ",
        "\u0306AĂaăEĔeĕGĞgğIĬiĭOŎoŏUŬuŭУЎИЙийуўЖӁжӂАӐаӑЕӖеӗȨḜȩḝẠẶạặαᾰΑᾸιῐΙῘυῠΥῨ",
        "\u0307CĊcċEĖeėGĠgġIİZŻzżAȦaȧOȮoȯBḂbḃDḊdḋFḞfḟHḢhḣMṀmṁNṄnṅPṖpṗRṘrṙSṠsṡŚṤśṥŠṦšṧṢṨṣṩTṪtṫWẆwẇXẊxẋYẎyẏſẛ",
        "\u0308AÄEËIÏOÖUÜaäeëiïoöuüyÿYŸΙΪΥΫιϊυϋϒϔЕЁІЇеёіїАӒаӓӘӚәӛЖӜжӝЗӞзӟИӤиӥОӦоӧӨӪөӫЭӬэӭУӰуӱЧӴчӵЫӸыӹHḦhḧÕṎõṏŪṺūṻWẄwẅXẌxẍtẗ",
        "\u0309AẢaảÂẨâẩĂẲăẳEẺeẻÊỂêểIỈiỉOỎoỏÔỔôổƠỞơởUỦuủƯỬưửYỶyỷ",
        "\u030aAÅaåUŮuůwẘyẙ",
        "\u030bOŐoőUŰuűУӲуӳ",
        "\u030cCČcčDĎdďEĚeěLĽlľNŇnňRŘrřSŠsšTŤtťZŽzžAǍaǎIǏiǐOǑoǒUǓuǔÜǙüǚGǦgǧKǨkǩƷǮʒǯjǰHȞhȟ",
        "\u030fAȀaȁEȄeȅIȈiȉOȌoȍRȐrȑUȔuȕѴѶѵѷ",
        "\u0311AȂaȃEȆeȇIȊiȋOȎoȏRȒrȓUȖuȗ",
        "\u0313αἀΑἈεἐΕἘηἠΗἨιἰΙἸοὀΟὈυὐωὠΩὨρῤ",
        "\u0314αἁΑἉεἑΕἙηἡΗἩιἱΙἹοὁΟὉυὑΥὙωὡΩὩρῥΡῬ",
        "\u031bOƠoơUƯuư",
        "\u0323BḄbḅDḌdḍHḤhḥKḲkḳLḶlḷMṂmṃNṆnṇRṚrṛSṢsṣTṬtṭVṾvṿWẈwẉZẒzẓAẠaạEẸeẹIỊiịOỌoọƠỢơợUỤuụƯỰưựYỴyỵ",
        "\u0324UṲuṳ",
        "\u0325AḀaḁ",
        "\u0326SȘsșTȚtț",
        "\u0327CÇcçGĢgģKĶkķLĻlļNŅnņRŖrŗSŞsşTŢtţEȨeȩDḐdḑHḨhḩ",
        "\u0328AĄaąEĘeęIĮiįUŲuųOǪoǫ",
        "\u032dDḒdḓEḘeḙLḼlḽNṊnṋTṰtṱUṶuṷ",
        "\u032eHḪhḫ",
        "\u0330EḚeḛIḬiḭUṴuṵ",
        "\u0331BḆbḇDḎdḏKḴkḵLḺlḻNṈnṉRṞrṟTṮtṯZẔzẕhẖ",
        "\u0338←↚→↛↔↮⇐⇍⇔⇎⇒⇏∃∄∈∉∋∌∣∤∥∦∼≁≃≄≅≇≈≉=≠≡≢≍≭<≮>≯≤≰≥≱≲≴≳≵≶≸≷≹≺⊀≻⊁⊂⊄⊃⊅⊆⊈⊇⊉⊢⊬⊨⊭⊩⊮⊫⊯≼⋠≽⋡⊑⋢⊒⋣⊲⋪⊳⋫⊴⋬⊵⋭",
        "\u0342ἀἆἁἇἈἎἉἏἠἦἡἧἨἮἩἯἰἶἱἷἸἾἹἿὐὖὑὗὙὟὠὦὡὧὨὮὩὯαᾶ¨῁ηῆ᾿῏ιῖϊῗ῾῟υῦϋῧωῶ",
        "\u0345ἀᾀἁᾁἂᾂἃᾃἄᾄἅᾅἆᾆἇᾇἈᾈἉᾉἊᾊἋᾋἌᾌἍᾍἎᾎἏᾏἠᾐἡᾑἢᾒἣᾓἤᾔἥᾕἦᾖἧᾗἨᾘἩᾙἪᾚἫᾛἬᾜἭᾝἮᾞἯᾟὠᾠὡᾡὢᾢὣᾣὤᾤὥᾥὦᾦὧᾧὨᾨὩᾩὪᾪὫᾫὬᾬὭᾭὮᾮὯᾯὰᾲαᾳάᾴᾶᾷΑᾼὴῂηῃήῄῆῇΗῌὼῲωῳώῴῶῷΩῼ",
        "\u0653اآ",
        "\u0654اأوؤيئەۀہۂےۓ",
        "\u0655اإ",
        "\u093cनऩरऱळऴ",
        "\u09be\u09c7\u09cb",
        "\u09d7\u09c7\u09cc",
        "\u0b3e\u0b47\u0b4b",
        "\u0b56\u0b47\u0b48",
        "\u0b57\u0b47\u0b4c",
        "\u0bbe\u0bc6\u0bca\u0bc7\u0bcb",
        "\u0bd7ஒஔ\u0bc6\u0bcc",
        "\u0c56\u0c46\u0c48",
        "\u0cc2\u0cc6\u0cca",
        "\u0cd5\u0cbf\u0cc0\u0cc6\u0cc7\u0cca\u0ccb",
        "\u0cd6\u0cc6\u0cc8",
        "\u0d3e\u0d46\u0d4a\u0d47\u0d4b",
        "\u0d57\u0d46\u0d4c",
        "\u0dca\u0dd9\u0dda\u0ddc\u0ddd",
        "\u0dcf\u0dd9\u0ddc",
        "\u0ddf\u0dd9\u0dde",
        "\u102eဥဦ",
        "\u1b35ᬅᬆᬇᬈᬉᬊᬋᬌᬍᬎᬑᬒ\u1b3a\u1b3b\u1b3c\u1b3d\u1b3e\u1b40\u1b3f\u1b41\u1b42\u1b43",
        "\u3099かがきぎくぐけげこごさざしじすずせぜそぞただちぢつづてでとどはばひびふぶへべほぼうゔゝゞカガキギクグケゲコゴサザシジスズセゼソゾタダチヂツヅテデトドハバヒビフブヘベホボウヴワヷヰヸヱヹヲヺヽヾ",
        "\u309aはぱひぴふぷへぺほぽハパヒピフプヘペホポ",
        "\U000110ba\U00011099\U0001109a\U0001109b\U0001109c\U000110a5\U000110ab",
        "\U00011127\U00011131\U0001112e\U00011132\U0001112f",
        "\U0001133e\U00011347\U0001134b",
        "\U00011357\U00011347\U0001134c",
        "\U000114b0\U000114b9\U000114bc",
        "\U000114ba\U000114b9\U000114bb",
        "\U000114bd\U000114b9\U000114be",
        "\U000115af\U000115b8\U000115ba\U000115b9\U000115bb",
        "\U00011930\U00011935\U00011938",
    };

    /// <summary>A class of combining marks, then its marks in hexadecimal numbers.</summary>
    private static ReadOnlySpan<string> MarksByClass => new string[]
    {
        "1 334-338 1cd4 1ce2-1ce8 20d2-20d3 20d8-20da 20e5-20e6 20ea-20eb 10a39 16af0-16af4 1bc9e 1d167-1d169",
        "6 16ff0-16ff1",
        "7 93c 9bc a3c abc b3c c3c cbc 1037 1b34 1be6 1c37 a9b3 110ba 11173 111ca 11236 112e9 1133b-1133c 11446 114c3 115c0 116b7 1183a 11943 11d42 1e94a",
        "8 3099-309a",
        "9 94d 9cd a4d acd b4d bcd c4d ccd d3b-d3c d4d dca e3a eba f84 1039-103a 1714-1715 1734 17d2 1a60 1b44 1baa-1bab 1bf2-1bf3 2d7f a806 a82c a8c4 a953 a9c0 aaf6 abed 10a3f 11046 11070 1107f 110b9 11133-11134 111c0 11235 112ea 1134d 11442 114c2 115bf 1163f 116b6 1172b 11839 1193d-1193e 119e0 11a34 11a47 11a99 11c3f 11d44-11d45 11d97",
        "10 5b0",
        "11 5b1",
        "12 5b2",
        "13 5b3",
        "14 5b4",
        "15 5b5",
        "16 5b6",
        "17 5b7",
        "18 5b8 5c7",
        "19 5b9-5ba",
        "20 5bb",
        "21 5bc",
        "22 5bd",
        "23 5bf",
        "24 5c1",
        "25 5c2",
        "26 fb1e",
        "27 64b 8f0",
        "28 64c 8f1",
        "29 64d 8f2",
        "30 618 64e",
        "31 619 64f",
        "32 61a 650",
        "33 651",
        "34 652",
        "35 670",
        "36 711",
        "84 c55",
        "91 c56",
        "103 e38-e39",
        "107 e48-e4b",
        "118 eb8-eb9",
        "122 ec8-ecb",
        "129 f71",
        "130 f72 f7a-f7d f80",
        "132 f74",
        "202 321-322 327-328 1dd0",
        "214 1dce",
        "216 31b f39 1d165-1d166 1d16e-1d172",
        "218 1dfa 302a",
        "220 316-319 31c-320 323-326 329-333 339-33c 347-349 34d-34e 353-356 359-35a 591 596 59b 5a2-5a7 5aa 5c5 655-656 65c 65f 6e3 6ea 6ed 731 734 737-739 73b-73c 73e 742 744 746 748 7f2 7fd 859-85b 899-89b 8cf-8d3 8e3 8e6 8e9 8ed-8ef 8f6 8f9-8fa 952 f18-f19 f35 f37 fc6 108d 193b 1a18 1a7f 1ab5-1aba 1abd 1abf-1ac0 1ac3-1ac4 1aca 1b6c 1cd5-1cd9 1cdc-1cdf 1ced 1dc2 1dca 1dcf 1df9 1dfd 1dff 20e8 20ec-20ef a92b-a92d aab4 fe27-fe2d 101fd 102e0 10a0d 10a3a 10ae6 10f46-10f47 10f4b 10f4d-10f50 10f83 10f85 1d17b-1d182 1d18a-1d18b 1e8d0-1e8d6",
        "222 59a 5ad 1939 302d",
        "224 302e-302f",
        "226 1d16d",
        "228 5ae 18a9 1df7-1df8 302b",
        "230 300-314 33d-344 346 34a-34c 350-352 357 35b 363-36f 483-487 592-595 597-599 59c-5a1 5a8-5a9 5ab-5ac 5af 5c4 610-617 653-654 657-65b 65d-65e 6d6-6dc 6df-6e2 6e4 6e7-6e8 6eb-6ec 730 732-733 735-736 73a 73d 73f-741 743 745 747 749-74a 7eb-7f1 7f3 816-819 81b-823 825-827 829-82d 898 89c-89f 8ca-8ce 8d4-8e1 8e4-8e5 8e7-8e8 8ea-8ec 8f3-8f5 8f7-8f8 8fb-8ff 951 953-954 9fe f82-f83 f86-f87 135d-135f 17dd 193a 1a17 1a75-1a7c 1ab0-1ab4 1abb-1abc 1ac1-1ac2 1ac5-1ac9 1acb-1ace 1b6b 1b6d-1b73 1cd0-1cd2 1cda-1cdb 1ce0 1cf4 1cf8-1cf9 1dc0-1dc1 1dc3-1dc9 1dcb-1dcc 1dd1-1df5 1dfb 1dfe 20d0-20d1 20d4-20d7 20db-20dc 20e1 20e7 20e9 20f0 2cef-2cf1 2de0-2dff a66f a674-a67d a69e-a69f a6f0-a6f1 a8e0-a8f1 aab0 aab2-aab3 aab7-aab8 aabe-aabf aac1 fe20-fe26 fe2e-fe2f 10376-1037a 10a0f 10a38 10ae5 10d24-10d27 10eab-10eac 10f48-10f4a 10f4c 10f82 10f84 11100-11102 11366-1136c 11370-11374 1145e 16b30-16b36 1d185-1d189 1d1aa-1d1ad 1d242-1d244 1e000-1e006 1e008-1e018 1e01b-1e021 1e023-1e024 1e026-1e02a 1e130-1e136 1e2ae 1e2ec-1e2ef 1e944-1e949",
        "232 315 31a 358 1df6 302c",
        "233 35c 35f 362 1dfc",
        "234 35d-35e 360-361 1dcd",
        "240 345",
    };
}
