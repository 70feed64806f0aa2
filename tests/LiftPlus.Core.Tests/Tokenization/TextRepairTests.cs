using System.Text;
using LiftPlus.Tokenization;

namespace LiftPlus.Core.Tests.Tokenization;

/// <summary>
/// The values were computed with ftfy 6.3.1 (repairs) and Python's str.lower() (final sigma); those of misread texts follow from how they
/// are made.
/// </summary>
public sealed class TextRepairTests
{
    // Each of them is also UTF-8 when its characters are taken for bytes of Windows-1252.
    [Theory]
    [InlineData("NESTLÉ®")]
    [InlineData("CAFÉ™")]
    [InlineData("SPAß…")]
    [InlineData("Fuß²")]
    [InlineData("L'ORÉAL®")]
    [InlineData("Å²", "Ų")] // a capital letter with a number is not written
    [InlineData("DÉCOR©")]
    [InlineData("HÔTEL DE VILLÉ®")]
    [InlineData("Citroën™")]
    [InlineData("Nestlé®")]
    [InlineData("POKÉMON™")]
    [InlineData("ENTRÉE·")]
    [InlineData("SOUFFLÉ – sweet")]
    [InlineData("JALAPEÑ™")]
    [InlineData("AÇAÍ®")]
    [InlineData("AÇAÍ™ bowl")]
    [InlineData("PURÉ°", "PURɰ")] // a degree sign after a capital letter is not written
    [InlineData("FRANÇAIS")]
    [InlineData("Ü™")]
    [InlineData("À®")]
    [InlineData("CRÈME BRÛLÉ®")]
    [InlineData("SANTA FÉ™")]
    [InlineData("Ð°", "а")] // two characters of the Cyrillic alphabet, read one by one
    [InlineData("São®")]
    [InlineData("TÊTE-À-TÊTE")]
    [InlineData("D’Ó®", "D'Ó®")]
    [InlineData("Ø®")]
    [InlineData("GROß®")]
    [InlineData("MÜ®")]
    [InlineData("SÃO PAULO®")]
    [InlineData("CARTÃ®", "CARTî")] // after Ã, ® is rather the second byte of î
    [InlineData("PÃ£o", "Pão")]
    [InlineData("BEYONCÉ’S", "BEYONCÉ'S")] // the quote is straightened in any case
    [InlineData("CAFÉ’S menu", "CAFÉ'S menu")]
    [InlineData("Ó’BRIEN", "Ó'BRIEN")]
    [InlineData("Ô’", "Ô'")]
    [InlineData("¿Dónde está el café?")]
    [InlineData("«Œuvre»")]
    [InlineData("10 °C ± 0,5 µm × 2")]
    [InlineData("Ærø, Åland, Þór, Ðe")]
    [InlineData("5 € – 10 £")]
    public void GenuineTextIsLeftAlone(string text, string? expected = null) => Assert.Equal(expected ?? text, TextRepair.Repair(text));

    public static TheoryData<string> Words =>
        [
            "schön",
            "café",
            "Düsseldorf",
            "São Paulo",
            "smørrebrød",
            "œuvre",
            "Dvořák",
            "Žižkov",
            "Ελλάδα",
            "Россия",
            "日本語",
            "한국어",
            "हिन्दी",
            "ไทย",
            "5 €",
            "½ cup",
            "em—dash …",
            "✔ No problems",
            "😀",
            "NESTLÉ® CAFÉ™",
            "POKÉMON™ 25 €",
        ];

    [Theory]
    [MemberData(nameof(Words))]
    public void WhatWasMisreadIsReadAgain(string text)
    {
        Assert.Equal(text, TextRepair.Repair(Misread(text)));
        Assert.Equal(text, TextRepair.Repair(Misread(Misread(text))));
        Assert.Equal(text, TextRepair.Repair(Encoding.Latin1.GetString(Encoding.UTF8.GetBytes(text))));
    }

    [Theory]
    [InlineData("voilÃ le travail", "voilà le travail")] // programs write a space for U+00A0, the second half of à
    [InlineData("dÃ©jÃ  vu", "déjà vu")]
    [InlineData("Ã s vezes", "às vezes")]
    [InlineData("日本 donâ€™t", "日本 don't")] // a part of the line
    [InlineData("Ελλάδα cafÃ©!", "Ελλάδα café!")]
    [InlineData("mañana cafÃ© â€“ naïve", "mañana café – naïve")]
    [InlineData("P&EACUTE;REZ", "PÉREZ")]
    [InlineData("P&eacute;REZ", "PéREZ")]
    [InlineData("a &lang;b&rang;", "a ⟨b⟩")]
    public void PartsAndLostSpacesAreRepaired(string text, string expected) => Assert.Equal(expected, TextRepair.Repair(text));

    [Theory]
    [InlineData("日Σ", "日σ")]
    [InlineData("中Σ", "中σ")]
    [InlineData("1Σ", "1σ")]
    [InlineData("Σ", "σ")]
    [InlineData("ΑΣ", "ας")]
    [InlineData("ΑΣ日", "ας日")]
    [InlineData("ΑΣΑ", "ασα")]
    [InlineData("Α'Σ", "α'ς")]
    [InlineData("ΑΣ'Α", "ασ'α")]
    [InlineData("ΑΣ.", "ας.")]
    [InlineData("ΑΣ Α", "ας α")]
    [InlineData("'Σ", "'σ")]
    [InlineData("Α\u0301Σ", "ά\u03c2")]
    [InlineData("ΑʰΣ", "αʰς")]
    [InlineData("ⅠΣ", "ⅰς")]
    [InlineData("ªΣ", "ªς")]
    [InlineData("\U00010400Σ", "\U00010428ς")]
    [InlineData("ΣΣ", "σς")]
    [InlineData("İΣ", "i\u0307ς")]
    public void ASigmaIsFinalAfterALetterWithCase(string text, string expected) => Assert.Equal(expected, TextCleaner.Clean(text));

    [Theory]
    [InlineData("x's", 3)]
    [InlineData("x’ſ", 3)]
    [InlineData("x'ſt", 4)]
    public void AContractionMayHaveALongS(string text, int words) =>
        Assert.Equal(words - 1, new ClipPreTokenizer().PreTokenize(TextCleaner.Clean(text)).Count());

    private static string Misread(string text) =>
        string.Concat(
            Encoding.UTF8.GetBytes(text).Select(code => code is >= 0x80 and <= 0x9F ? Windows1252.Characters[code - 0x80] : (char)code)
        );
}
