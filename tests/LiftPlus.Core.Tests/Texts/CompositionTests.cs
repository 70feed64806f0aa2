using LiftPlus.Texts;

namespace LiftPlus.Core.Tests.Texts;

public sealed class CompositionTests
{
    // Letter and accents; composed; from Unicode's normalization tests.
    [Theory]
    [InlineData("e\u0301", "\u00e9")]
    [InlineData("E\u0323\u0302", "\u1ec6")] // Vietnamese
    [InlineData("E\u0302\u0323", "\u1ec6")] // the other order
    [InlineData("\u1112\u1161\u11ab", "\ud55c")]
    [InlineData("\u304b\u3099", "\u304c")]
    [InlineData("\u0627\u0653", "\u0622")] // Arabic
    [InlineData("\u0928\u093c", "\u0929")]
    [InlineData("\u0bc6\u0bbe", "\u0bca")] // Tamil
    [InlineData("\u0cc6\u0cc2\u0cd5", "\u0ccb")] // Kannada, three to one
    [InlineData("\u0dd9\u0dcf\u0dca", "\u0ddd")] // Sinhala
    public void LettersAndAccentsBecomeOne_AndComeApart(string parts, string composed)
    {
        Assert.Equal(composed, Composition.Compose(parts));
        Assert.Equal(composed, Composition.Compose(composed));
        Assert.Equal(Composition.Decompose(parts), Composition.Decompose(composed));
    }

    [Theory]
    [InlineData("\u095c", "\u0921\u093c")] // Devanagari: always two characters
    [InlineData("\ufb2c", "\u05e9\u05bc\u05c1")] // Hebrew
    [InlineData("\u1f71", "\u03ac")] // Greek
    [InlineData("\u212b", "\u00c5")]
    public void CharactersThatUnicodeReplacesAreReplaced(string written, string composed) =>
        Assert.Equal(composed, Composition.Compose(written));

    [Fact]
    public void ManyAccentsTakeTimeInProportion()
    {
        string accents = string.Concat(Enumerable.Repeat("\u0301\u0323", 200_000));
        string sorted = new string('\u0323', 199_999) + new string('\u0301', 200_000);
        Assert.Equal("\u1eb9" + sorted, Composition.Compose("e" + accents));
    }
}
