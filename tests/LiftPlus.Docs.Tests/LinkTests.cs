namespace LiftPlus.Docs.Tests;

/// <summary>Links between pages and to files of the repository.</summary>
public sealed class LinkTests
{
    public static TheoryData<string> Pages => [.. Page.All.Select(page => page.Path)];

    [Theory]
    [MemberData(nameof(Pages))]
    public void EveryLink_LeadsSomewhere(string path)
    {
        Page page = Page.All.Single(page => page.Path == path);
        string[] wrong = [.. page.Links.Select(link => WhatIsWrong(page, link)).OfType<string>()];
        Assert.True(wrong.Length == 0, string.Join(Environment.NewLine, wrong));
    }

    [Fact]
    public void TheIndex_HasEveryPageOfTheFolder()
    {
        Page index = Page.All.Single(page => page.Path == Path.Combine("docs", "README.md"));
        IEnumerable<string> pages = Page
            .All.Select(page => page.Path)
            .Where(path => Path.GetDirectoryName(path) == "docs" && path != index.Path)
            .Select(path => Path.GetFileName(path));
        Assert.All(pages, name => Assert.Contains(name, index.Links));
    }

    private static string? WhatIsWrong(Page page, string link)
    {
        if (Uri.TryCreate(link, UriKind.Absolute, out Uri? address))
            return address.Scheme == Uri.UriSchemeHttps ? null : $"{link} is not https";
        string[] parts = link.Split('#', 2);
        string target =
            parts[0].Length == 0
                ? page.Path
                : Path.GetRelativePath(Page.Root, Path.Combine(Page.Root, Path.GetDirectoryName(page.Path)!, parts[0]));
        string full = Path.Combine(Page.Root, target);
        if (!File.Exists(full) && !Directory.Exists(full))
            return $"{link}: there is no {target}";
        if (parts.Length == 1)
            return null;
        Page? linked = Page.All.FirstOrDefault(page => page.Path == target);
        return linked?.Anchors.Contains(parts[1]) == true ? null : $"{link}: {target} has no heading '{parts[1]}'";
    }
}
