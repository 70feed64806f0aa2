using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace LiftPlus.House.Tests;

public sealed partial class TestNameTests
{
    [Fact]
    public void ATestIsNamedByASentence_WhosePartsBeginWithACapital()
    {
        (string Path, string Name)[] tests =
        [
            .. SourceFiles.Below("tests").SelectMany(file => Names(file.Text).Select(name => (file.Path, name))),
        ];
        Assert.InRange(tests.Length, 600, int.MaxValue);
        string[] offenders = [.. tests.Where(test => !IsSentence(test.Name)).Select(test => $"{test.Path}: {test.Name}")];
        Assert.Empty(offenders);
    }

    [Theory]
    [InlineData("AThinImageIsNotBlownUpWithoutBound", true)]
    [InlineData("Load_OnAnotherBackbone_NamesBoth", true)]
    [InlineData("An_image_depends_on_its_keys_alone", false)]
    [InlineData("loadsAFolder", false)]
    [InlineData("Load__Fails", false)]
    [InlineData("Load_", false)]
    public void TheStyle(string name, bool follows) => Assert.Equal(follows, IsSentence(name));

    private static bool IsSentence(string name) => Sentence.IsMatch(name);

    private static IEnumerable<string> Names(string source) =>
        from method in CSharpSyntaxTree.ParseText(source).GetRoot().DescendantNodes().OfType<MethodDeclarationSyntax>()
        where method.AttributeLists.SelectMany(list => list.Attributes).Any(attribute => attribute.Name.ToString() is "Fact" or "Theory")
        select method.Identifier.ValueText;

    [GeneratedRegex("^[A-Z][A-Za-z0-9]*(_[A-Z][A-Za-z0-9]*)*$")]
    private static partial Regex Sentence { get; }
}
