using System.Collections.Immutable;
using LiftPlus.Texts;

namespace LiftPlus;

/// <summary>Provides sentences that contain a class name. <c>{}</c> stands for the name, with spaces in place of '_'.</summary>
public static class PromptTemplates
{
    /// <summary>Gets the template of LIFT+: "a photo of a {}."</summary>
    public static ImmutableArray<string> Single { get; } = ["a photo of a {}."];

    /// <summary>Returns a template with a class name.</summary>
    public static string Fill(string template, string className) =>
        template.Replace("{}", ClassName.ToText(className), StringComparison.Ordinal);

    /// <summary>Returns several templates with a class name.</summary>
    public static ImmutableArray<string> Fill(IReadOnlyList<string> templates, string className) =>
        [.. templates.Select(template => Fill(template, className))];
}
