namespace LiftPlus.Parity.Tests.Modern;

/// <summary>Counts the golden cases, so that none of them stays untested.</summary>
public sealed class ModernCensusTests
{
    // Files that belong to no case.
    private static readonly string[] s_others =
    [
        "INDEX.md",
        "manifest.json",
        "timm_architectures.json",
        "tokenizers2.json",
        "siglip_like.model",
        "siglip2_like.model",
    ];

    [Fact]
    public void EveryFileOfTheSetBelongsToATest()
    {
        Assert.SkipWhen(ModernGolden.Root is null, $"The modern golden set is not here ({ModernGolden.Variable}).");
        string[] files = [.. Directory.GetFiles(ModernGolden.Root!).Select(path => Path.GetFileName(path)!)];
        HashSet<string> cases = [.. ModernGolden.Cases.Select(one => one.Name)];
        string[] unknown = [.. files.Where(file => !s_others.Contains(file) && !cases.Contains(file.Split('.')[0]))];
        Assert.True(unknown.Length == 0, $"The set {ModernGolden.Root} holds what no test reads: {string.Join(", ", unknown)}.");
        Assert.Equal(cases.Order(), files.Where(file => file.EndsWith(".io.safetensors")).Select(file => file.Split('.')[0]).Order());
        Assert.NotEmpty(cases);
        TestContext.Current.SendDiagnosticMessage(
            $"modern golden cases: {cases.Count} in {ModernGolden.Cases.Count} namings from {ModernGolden.Root}"
        );
    }
}
