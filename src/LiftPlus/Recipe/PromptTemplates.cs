using System.Collections.Immutable;

namespace LiftPlus;

/// <summary>Sentences around a class name; <c>{}</c> stands for the name, in which '_' becomes a space.</summary>
public static class PromptTemplates
{
    /// <summary>The method's own: "a photo of a {}."</summary>
    public static ImmutableArray<string> Single { get; } = ["a photo of a {}."];

    /// <summary>Puts a class name into a template.</summary>
    public static string Fill(string template, string className) =>
        template.Replace("{}", className.Replace('_', ' '), StringComparison.Ordinal);

    /// <summary>Puts a class name into each of several templates.</summary>
    public static ImmutableArray<string> Fill(IReadOnlyList<string> templates, string className) =>
        [.. templates.Select(template => Fill(template, className))];
}
