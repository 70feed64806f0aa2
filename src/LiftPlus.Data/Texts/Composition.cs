using System.Collections.Frozen;
using System.Text;

namespace LiftPlus.Texts;

/// <summary>
/// Implements Unicode's canonical composition (a letter and its combining accents become one character) for the accents of Latin, Greek,
/// Cyrillic, kana, Arabic, Hebrew and the scripts of India, and for Hangul. String.Normalize cannot be used: it does nothing in
/// applications with invariant globalization, and a text must give the same tokens everywhere.
/// </summary>
internal static class Composition
{
    // Each mark with its combining class and the pairs (base, composite) it makes; Unicode Character Database.
    private static readonly (char Mark, byte Class, string Pairs)[] s_table =
    [
        (
            '\u0300',
            230,
            "AÀEÈIÌOÒUÙaàeèiìoòuùÜǛüǜNǸnǹЕЀИЍеѐиѝĒḔēḕŌṐōṑWẀwẁÂẦâầĂẰăằÊỀêềÔỒôồƠỜơờƯỪưừYỲyỳἀἂἁἃἈἊἉἋἐἒἑἓἘἚἙἛἠἢἡἣἨἪἩἫ"
                + "ἰἲἱἳἸἺἹἻὀὂὁὃὈὊὉὋὐὒὑὓὙὛὠὢὡὣὨὪὩὫαὰεὲηὴιὶοὸυὺωὼΑᾺΕῈΗῊ᾿῍ϊῒΙῚ῾῝ϋῢΥῪ¨῭ΟῸΩῺ"
        ),
        (
            '\u0301',
            230,
            "AÁEÉIÍOÓUÚYÝaáeéiíoóuúyýCĆcćLĹlĺNŃnńRŔrŕSŚsśZŹzźÜǗüǘGǴgǵÅǺåǻÆǼæǽØǾøǿ¨΅ΑΆΕΈΗΉΙΊΟΌΥΎΩΏϊΐαάεέηήιίϋΰοόυύ"
                + "ωώϒϓГЃКЌгѓкќÇḈçḉĒḖēḗÏḮïḯKḰkḱMḾmḿÕṌõṍŌṒōṓPṔpṕŨṸũṹWẂwẃÂẤâấĂẮăắÊẾêếÔỐôốƠỚơớƯỨưứἀἄἁἅἈἌἉἍἐἔἑἕἘἜἙἝἠἤἡἥἨἬἩἭ"
                + "ἰἴἱἵἸἼἹἽὀὄὁὅὈὌὉὍὐὔὑὕὙὝὠὤὡὥὨὬὩὭ᾿῎῾῞"
        ),
        ('\u0302', 230, "AÂEÊIÎOÔUÛaâeêiîoôuûCĈcĉGĜgĝHĤhĥJĴjĵSŜsŝWŴwŵYŶyŷZẐzẑẠẬạậẸỆẹệỌỘọộ"),
        ('\u0303', 230, "AÃNÑOÕaãnñoõIĨiĩUŨuũVṼvṽÂẪâẫĂẴăẵEẼeẽÊỄêễÔỖôỗƠỠơỡƯỮưữYỸyỹ"),
        ('\u0304', 230, "AĀaāEĒeēIĪiīOŌoōUŪuūÜǕüǖÄǞäǟȦǠȧǡÆǢæǣǪǬǫǭÖȪöȫÕȬõȭȮȰȯȱYȲyȳИӢиӣУӮуӯGḠgḡḶḸḷḹṚṜṛṝαᾱΑᾹιῑΙῙυῡΥῩ"),
        ('\u0306', 230, "AĂaăEĔeĕGĞgğIĬiĭOŎoŏUŬuŭУЎИЙийуўЖӁжӂАӐаӑЕӖеӗȨḜȩḝẠẶạặαᾰΑᾸιῐΙῘυῠΥῨ"),
        ('\u0307', 230, "CĊcċEĖeėGĠgġIİZŻzżAȦaȧOȮoȯBḂbḃDḊdḋFḞfḟHḢhḣMṀmṁNṄnṅPṖpṗRṘrṙSṠsṡŚṤśṥŠṦšṧṢṨṣṩTṪtṫWẆwẇXẊxẋYẎyẏſẛ"),
        (
            '\u0308',
            230,
            "AÄEËIÏOÖUÜaäeëiïoöuüyÿYŸΙΪΥΫιϊυϋϒϔЕЁІЇеёіїАӒаӓӘӚәӛЖӜжӝЗӞзӟИӤиӥОӦоӧӨӪөӫЭӬэӭУӰуӱЧӴчӵЫӸыӹHḦhḧÕṎõṏŪṺūṻWẄ" + "wẅXẌxẍtẗ"
        ),
        ('\u0309', 230, "AẢaảÂẨâẩĂẲăẳEẺeẻÊỂêểIỈiỉOỎoỏÔỔôổƠỞơởUỦuủƯỬưửYỶyỷ"),
        ('\u030a', 230, "AÅaåUŮuůwẘyẙ"),
        ('\u030b', 230, "OŐoőUŰuűУӲуӳ"),
        ('\u030c', 230, "CČcčDĎdďEĚeěLĽlľNŇnňRŘrřSŠsšTŤtťZŽzžAǍaǎIǏiǐOǑoǒUǓuǔÜǙüǚGǦgǧKǨkǩƷǮʒǯjǰHȞhȟ"),
        ('\u030f', 230, "AȀaȁEȄeȅIȈiȉOȌoȍRȐrȑUȔuȕѴѶѵѷ"),
        ('\u0311', 230, "AȂaȃEȆeȇIȊiȋOȎoȏRȒrȓUȖuȗ"),
        ('\u0313', 230, "αἀΑἈεἐΕἘηἠΗἨιἰΙἸοὀΟὈυὐωὠΩὨρῤ"),
        ('\u0314', 230, "αἁΑἉεἑΕἙηἡΗἩιἱΙἹοὁΟὉυὑΥὙωὡΩὩρῥΡῬ"),
        ('\u031b', 216, "OƠoơUƯuư"),
        ('\u0323', 220, "BḄbḅDḌdḍHḤhḥKḲkḳLḶlḷMṂmṃNṆnṇRṚrṛSṢsṣTṬtṭVṾvṿWẈwẉZẒzẓAẠaạEẸeẹIỊiịOỌoọƠỢơợUỤuụƯỰưựYỴyỵ"),
        ('\u0324', 220, "UṲuṳ"),
        ('\u0325', 220, "AḀaḁ"),
        ('\u0326', 220, "SȘsșTȚtț"),
        ('\u0327', 202, "CÇcçGĢgģKĶkķLĻlļNŅnņRŖrŗSŞsşTŢtţEȨeȩDḐdḑHḨhḩ"),
        ('\u0328', 202, "AĄaąEĘeęIĮiįUŲuųOǪoǫ"),
        ('\u032d', 220, "DḒdḓEḘeḙLḼlḽNṊnṋTṰtṱUṶuṷ"),
        ('\u032e', 220, "HḪhḫ"),
        ('\u0330', 220, "EḚeḛIḬiḭUṴuṵ"),
        ('\u0331', 220, "BḆbḇDḎdḏKḴkḵLḺlḻNṈnṉRṞrṟTṮtṯZẔzẕhẖ"),
        ('\u0338', 1, "←↚→↛↔↮⇐⇍⇔⇎⇒⇏∃∄∈∉∋∌∣∤∥∦∼≁≃≄≅≇≈≉=≠≡≢≍≭<≮>≯≤≰≥≱≲≴≳≵≶≸≷≹≺⊀≻⊁⊂⊄⊃⊅⊆⊈⊇⊉⊢⊬⊨⊭⊩⊮⊫⊯≼⋠≽⋡⊑⋢⊒⋣⊲⋪⊳⋫⊴⋬⊵⋭"),
        ('\u0342', 230, "ἀἆἁἇἈἎἉἏἠἦἡἧἨἮἩἯἰἶἱἷἸἾἹἿὐὖὑὗὙὟὠὦὡὧὨὮὩὯαᾶ¨῁ηῆ᾿῏ιῖϊῗ῾῟υῦϋῧωῶ"),
        (
            '\u0345',
            240,
            "ἀᾀἁᾁἂᾂἃᾃἄᾄἅᾅἆᾆἇᾇἈᾈἉᾉἊᾊἋᾋἌᾌἍᾍἎᾎἏᾏἠᾐἡᾑἢᾒἣᾓἤᾔἥᾕἦᾖἧᾗἨᾘἩᾙἪᾚἫᾛἬᾜἭᾝἮᾞἯᾟὠᾠὡᾡὢᾢὣᾣὤᾤὥᾥὦᾦὧᾧὨᾨὩᾩὪᾪὫᾫὬᾬὭᾭὮᾮὯᾯὰᾲαᾳ"
                + "άᾴᾶᾷΑᾼὴῂηῃήῄῆῇΗῌὼῲωῳώῴῶῷΩῼ"
        ),
        (
            '\u3099',
            8,
            "かがきぎくぐけげこごさざしじすずせぜそぞただちぢつづてでとどはばひびふぶへべほぼ"
                + "うゔゝゞカガキギクグケゲコゴサザシジスズセゼソゾタダチヂツヅテデトドハバヒビフブ"
                + "ヘベホボウヴワヷヰヸヱヹヲヺヽヾ"
        ),
        ('\u309a', 8, "はぱひぴふぷへぺほぽハパヒピフプヘペホポ"),
        // Arabic, Devanagari, Bengali, Oriya, Tamil, Telugu, Kannada, Malayalam, Sinhala, Myanmar, Balinese
        ('\u0653', 230, "\u0627\u0622"),
        ('\u0654', 230, "\u0627\u0623\u0648\u0624\u064a\u0626\u06d5\u06c0\u06c1\u06c2\u06d2\u06d3"),
        ('\u0655', 220, "\u0627\u0625"),
        ('\u093c', 7, "\u0928\u0929\u0930\u0931\u0933\u0934"),
        ('\u09be', 0, "\u09c7\u09cb"),
        ('\u09d7', 0, "\u09c7\u09cc"),
        ('\u0b56', 0, "\u0b47\u0b48"),
        ('\u0b3e', 0, "\u0b47\u0b4b"),
        ('\u0b57', 0, "\u0b47\u0b4c"),
        ('\u0bd7', 0, "\u0b92\u0b94\u0bc6\u0bcc"),
        ('\u0bbe', 0, "\u0bc6\u0bca\u0bc7\u0bcb"),
        ('\u0c56', 91, "\u0c46\u0c48"),
        ('\u0cd5', 0, "\u0cbf\u0cc0\u0cc6\u0cc7\u0cca\u0ccb"),
        ('\u0cd6', 0, "\u0cc6\u0cc8"),
        ('\u0cc2', 0, "\u0cc6\u0cca"),
        ('\u0d3e', 0, "\u0d46\u0d4a\u0d47\u0d4b"),
        ('\u0d57', 0, "\u0d46\u0d4c"),
        ('\u0dca', 9, "\u0dd9\u0dda\u0ddc\u0ddd"),
        ('\u0dcf', 0, "\u0dd9\u0ddc"),
        ('\u0ddf', 0, "\u0dd9\u0dde"),
        ('\u102e', 0, "\u1025\u1026"),
        (
            '\u1b35',
            0,
            "\u1b05\u1b06\u1b07\u1b08\u1b09\u1b0a\u1b0b\u1b0c\u1b0d\u1b0e\u1b11\u1b12"
                + "\u1b3a\u1b3b\u1b3c\u1b3d\u1b3e\u1b40\u1b3f\u1b41\u1b42\u1b43"
        ),
    ];

    // Characters that are always written as another one: each before its replacement.
    private const string Doubles =
        "\u0340\u0300\u0341\u0301\u0343\u0313\u0374\u02b9\u037e\u003b\u0387\u00b7\u1f71\u03ac\u1f73\u03ad\u1f75\u03ae"
        + "\u1f77\u03af\u1f79\u03cc\u1f7b\u03cd\u1f7d\u03ce\u1fbb\u0386\u1fbe\u03b9\u1fc9\u0388\u1fcb\u0389\u1fd3\u0390"
        + "\u1fdb\u038a\u1fe3\u03b0\u1feb\u038e\u1fee\u0385\u1fef\u0060\u1ff9\u038c\u1ffb\u038f\u1ffd\u00b4\u2000\u2002"
        + "\u2001\u2003\u2126\u03a9\u212a\u004b\u212b\u00c5\u2329\u3008\u232a\u3009";

    // Characters that are always written as two: Hebrew letters with points, and letters of India with a dot.
    private const string Split =
        "\u0344\u0308\u0301\u0958\u0915\u093c\u0959\u0916\u093c\u095a\u0917\u093c\u095b\u091c\u093c\u095c\u0921\u093c"
        + "\u095d\u0922\u093c\u095e\u092b\u093c\u095f\u092f\u093c\u09dc\u09a1\u09bc\u09dd\u09a2\u09bc\u09df\u09af\u09bc"
        + "\u0a33\u0a32\u0a3c\u0a36\u0a38\u0a3c\u0a59\u0a16\u0a3c\u0a5a\u0a17\u0a3c\u0a5b\u0a1c\u0a3c\u0a5e\u0a2b\u0a3c"
        + "\u0b5c\u0b21\u0b3c\u0b5d\u0b22\u0b3c\ufb1d\u05d9\u05b4\ufb1f\u05f2\u05b7\ufb2a\u05e9\u05c1\ufb2b\u05e9\u05c2"
        + "\ufb2c\ufb49\u05c1\ufb2d\ufb49\u05c2\ufb2e\u05d0\u05b7\ufb2f\u05d0\u05b8\ufb30\u05d0\u05bc\ufb31\u05d1\u05bc"
        + "\ufb32\u05d2\u05bc\ufb33\u05d3\u05bc\ufb34\u05d4\u05bc\ufb35\u05d5\u05bc\ufb36\u05d6\u05bc\ufb38\u05d8\u05bc"
        + "\ufb39\u05d9\u05bc\ufb3a\u05da\u05bc\ufb3b\u05db\u05bc\ufb3c\u05dc\u05bc\ufb3e\u05de\u05bc\ufb40\u05e0\u05bc"
        + "\ufb41\u05e1\u05bc\ufb43\u05e3\u05bc\ufb44\u05e4\u05bc\ufb46\u05e6\u05bc\ufb47\u05e7\u05bc\ufb48\u05e8\u05bc"
        + "\ufb49\u05e9\u05bc\ufb4a\u05ea\u05bc\ufb4b\u05d5\u05b9\ufb4c\u05d1\u05bf\ufb4d\u05db\u05bf\ufb4e\u05e4\u05bf";

    private static readonly FrozenDictionary<char, byte> s_classes = s_table.ToFrozenDictionary(row => row.Mark, row => row.Class);

    private static readonly FrozenDictionary<(char Base, char Mark), char> s_composites = s_table
        .SelectMany(row => row.Pairs.Chunk(2).Select(pair => (Key: (pair[0], row.Mark), Value: pair[1])))
        .ToFrozenDictionary(p => p.Key, p => p.Value);

    private static readonly FrozenDictionary<char, string> s_replaced = Doubles
        .Chunk(2)
        .Concat(Split.Chunk(3))
        .ToFrozenDictionary(entry => entry[0], entry => new string(entry, 1, entry.Length - 1));

    private static readonly FrozenDictionary<char, string> s_parts = s_composites
        .Select(pair => KeyValuePair.Create(pair.Value, $"{pair.Key.Base}{pair.Key.Mark}"))
        .Concat(s_replaced)
        .ToFrozenDictionary();

    /// <summary>Composes every letter and accent that can be composed.</summary>
    public static string Compose(string text)
    {
        if (!text.Any(c => s_classes.ContainsKey(c) || s_replaced.ContainsKey(c) || c is >= '\u1100' and <= '\u11ff'))
            return text;
        return Join(Decompose(text));
    }

    /// <summary>Takes letters and accents apart.</summary>
    public static string Decompose(string text)
    {
        StringBuilder parts = new(text.Length * 2);
        foreach (char c in text)
            Decompose(c, parts);
        SortMarks(parts);
        return parts.ToString();
    }

    private static void Decompose(char c, StringBuilder parts)
    {
        if (c is >= '\uac00' and <= '\ud7a3') // Hangul: lead, vowel and, unless it is the first of 28, tail
        {
            int syllable = c - 0xAC00,
                tail = syllable % 28;
            parts.Append((char)(0x1100 + syllable / 588)).Append((char)(0x1161 + syllable / 28 % 21));
            if (tail > 0)
                parts.Append((char)(0x11A7 + tail));
            return;
        }

        if (!s_parts.TryGetValue(c, out string? pair))
        {
            parts.Append(c);
            return;
        }

        Decompose(pair[0], parts);
        parts.Append(pair[1..]);
    }

    // Marks of different classes have one order; those of the same class keep theirs.
    private static void SortMarks(StringBuilder parts)
    {
        for (int start = 0; start < parts.Length; start++)
        {
            int end = start;
            while (end < parts.Length && Class(parts[end]) > 0)
                end++;
            if (end - start < 2)
                continue;
            char[] marks = parts.ToString(start, end - start).ToCharArray();
            foreach ((int i, char mark) in marks.OrderBy(Class).Index())
                parts[start + i] = mark;
            start = end;
        }
    }

    private static string Join(string parts)
    {
        StringBuilder result = new(parts.Length);
        int start = -1,
            last = 0; // where the letter is, and the class of the last mark that stayed apart
        foreach (char c in parts)
        {
            int kind = Class(c);
            bool blocked = start < 0 || (start != result.Length - 1 && (last == 0 || last >= kind));
            if (!blocked && TryPair(result[start], c, out char composite))
            {
                result[start] = composite;
                continue;
            }

            (start, last) = kind == 0 ? (result.Length, 0) : (start, kind);
            result.Append(c);
        }

        return result.ToString();
    }

    private static bool TryPair(char first, char second, out char composite)
    {
        if (first is >= '\u1100' and <= '\u1112' && second is >= '\u1161' and <= '\u1175') // Hangul lead and vowel
            composite = (char)(0xAC00 + ((first - 0x1100) * 21 + second - 0x1161) * 28);
        else if (first is >= '\uac00' and <= '\ud7a3' && (first - 0xAC00) % 28 == 0 && second is > '\u11a7' and <= '\u11c2') // and tail
            composite = (char)(first + second - 0x11A7);
        else
            return s_composites.TryGetValue((first, second), out composite);
        return true;
    }

    private static int Class(char c) => s_classes.GetValueOrDefault(c);
}
