using System.Collections.Immutable;
using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace LiftPlus.Docs.Tests;

/// <summary>
/// Compiles every block marked <c>csharp</c> as a program or library of its own, with the usings of a new console application and those
/// below, and reads every block marked <c>json recipe</c>. What a block takes for granted stands before it: <c>&lt;!-- snippet:
/// declarations --&gt;</c>.
/// </summary>
public sealed partial class SnippetTests
{
    private const string Usings = """
        global using System; global using System.Collections.Generic; global using System.IO; global using System.Linq;
        global using System.Net.Http; global using System.Threading; global using System.Threading.Tasks;
        global using LiftPlus; global using LiftPlus.Adapters; global using LiftPlus.Backbones;
        global using LiftPlus.Data; global using LiftPlus.Peft;
        """;

    private static readonly CSharpParseOptions Language = new(LanguageVersion.Latest);

    private static readonly ImmutableArray<MetadataReference> References =
    [
        .. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!)
            .Split(Path.PathSeparator)
            .Select(path => MetadataReference.CreateFromFile(path)),
    ];

    public static TheoryData<string, int> CSharp => Marked("csharp");

    public static TheoryData<string, int> Recipes => Marked("json recipe");

    [Theory]
    [MemberData(nameof(CSharp))]
    public void EveryCSharpBlock_Compiles(string path, int line)
    {
        (_, _, string code, string comment) = Page.All.Single(page => page.Path == path).Code.Single(code => code.Line == line);
        CompilationUnitSyntax unit = SyntaxFactory.ParseCompilationUnit(code, options: Language);
        Match granted = Granted().Match(comment);
        CompilationUnitSyntax before = SyntaxFactory.ParseCompilationUnit(granted.Groups[1].Value, options: Language);
        unit = unit.WithUsings(before.Usings.AddRange(unit.Usings)).WithMembers(before.Members.AddRange(unit.Members));
        bool program = unit.Members.Any(member => member is GlobalStatementSyntax);
        var compilation = CSharpCompilation.Create(
            "Snippet",
            [SyntaxFactory.ParseSyntaxTree(Usings, Language), SyntaxFactory.SyntaxTree(unit, Language)],
            References,
            new CSharpCompilationOptions(
                program ? OutputKind.ConsoleApplication : OutputKind.DynamicallyLinkedLibrary,
                nullableContextOptions: NullableContextOptions.Enable
            )
        );
        string[] wrong =
        [
            .. compilation
                .GetDiagnostics()
                .Where(diagnostic => diagnostic.Severity >= DiagnosticSeverity.Warning)
                .Select(diagnostic => diagnostic.ToString()),
        ];
        Assert.True(wrong.Length == 0, string.Join(Environment.NewLine, wrong));
    }

    [Theory]
    [MemberData(nameof(Recipes))]
    public void EveryRecipe_IsRead(string path, int line)
    {
        FineTuningRecipe recipe = RecipeJson.Read(Page.All.Single(page => page.Path == path).Code.Single(code => code.Line == line).Code);
        Assert.Equal(recipe.Backbone, LongTailFineTuner.CreateBuilder().UseRecipe(recipe).Build().Recipe.Backbone);
    }

    private static TheoryData<string, int> Marked(string mark)
    {
        TheoryData<string, int> data = [];
        foreach (Page page in Page.All)
        {
            foreach ((int line, _, _, _) in page.Code.Where(code => code.Mark == mark))
                data.Add(page.Path, line);
        }

        return data;
    }

    [GeneratedRegex(@"<!--\s*snippet:(.*?)-->", RegexOptions.Singleline)]
    private static partial Regex Granted();
}
