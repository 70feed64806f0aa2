using System.Reflection;
using Markdig;
using Markdig.Extensions.AutoIdentifiers;
using Markdig.Renderers.Html;
using Markdig.Syntax;
using Markdig.Syntax.Inlines;

namespace LiftPlus.Docs.Tests;

/// <summary>A page of the documentation: the repository's Markdown files.</summary>
internal sealed class Page
{
    private static readonly string[] Generated = ["bin", "obj", "artifacts", "out", "TestResults"];

    private static readonly MarkdownPipeline Pipeline = new MarkdownPipelineBuilder()
        .UsePipeTables()
        .UseAutoIdentifiers(AutoIdentifierOptions.GitHub)
        .UseGenericAttributes()
        .Build();

    private readonly MarkdownDocument _document;

    private Page(string path)
    {
        Path = path;
        _document = Markdown.Parse(File.ReadAllText(System.IO.Path.Combine(Root, path)), Pipeline);
    }

    /// <summary>The repository.</summary>
    public static string Root { get; } =
        typeof(Page).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().First(metadata => metadata.Key == "Root").Value!;

    /// <summary>Every page.</summary>
    public static IReadOnlyList<Page> All { get; } = [.. Find("").Order(StringComparer.Ordinal).Select(path => new Page(path))];

    /// <summary>Its file, relative to the repository.</summary>
    public string Path { get; }

    /// <summary>The targets of its links and images.</summary>
    public IEnumerable<string> Links => _document.Descendants<LinkInline>().Select(link => link.Url ?? "");

    /// <summary>The places in it that a link can name.</summary>
    public IEnumerable<string> Anchors => _document.Descendants<HeadingBlock>().Select(heading => heading.GetAttributes().Id ?? "");

    /// <summary>Gets its code: the first line (1-based), the words after the fence, and the text.</summary>
    public IEnumerable<(int Line, string Mark, string Text)> Code =>
        _document
            .Descendants<FencedCodeBlock>()
            .Select(code => (code.Line + 1, $"{code.Info} {code.Arguments}".Trim(), code.Lines.ToString()));

    private static IEnumerable<string> Find(string folder)
    {
        string full = System.IO.Path.Combine(Root, folder);
        IEnumerable<string> folders = Directory
            .GetDirectories(full)
            .Select(path => System.IO.Path.GetFileName(path))
            .Where(name => !name.StartsWith('.') && !Generated.Contains(name));
        return Directory
            .GetFiles(full, "*.md")
            .Select(path => System.IO.Path.Combine(folder, System.IO.Path.GetFileName(path)))
            .Concat(folders.SelectMany(name => Find(System.IO.Path.Combine(folder, name))));
    }
}
