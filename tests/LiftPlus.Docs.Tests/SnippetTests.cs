using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace LiftPlus.Docs.Tests;

/// <summary>
/// Compiles every block marked <c>csharp</c> exactly as a reader pastes it into a new console application, with the implicit usings of the
/// SDK alone; a block marked <c>csharp web</c> goes into a new web application. Reads every block marked <c>json recipe</c>.
/// </summary>
public sealed class SnippetTests
{
    // The implicit usings of Microsoft.NET.Sdk.
    private const string Usings = """
        global using System; global using System.Collections.Generic; global using System.IO; global using System.Linq;
        global using System.Net.Http; global using System.Threading; global using System.Threading.Tasks;
        """;

    // What Microsoft.NET.Sdk.Web adds.
    private const string WebUsings = """
        global using System.Net.Http.Json; global using Microsoft.AspNetCore.Builder; global using Microsoft.AspNetCore.Hosting;
        global using Microsoft.AspNetCore.Http; global using Microsoft.AspNetCore.Routing; global using Microsoft.Extensions.Configuration;
        global using Microsoft.Extensions.DependencyInjection; global using Microsoft.Extensions.Hosting;
        global using Microsoft.Extensions.Logging;
        """;

    private static readonly CSharpParseOptions Language = new(LanguageVersion.Latest);

    private static readonly ImmutableArray<MetadataReference> References =
    [
        .. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!)
            .Split(Path.PathSeparator)
            .Select(path => MetadataReference.CreateFromFile(path)),
    ];

    public static TheoryData<string, int> CSharp => Marked("csharp", "csharp web");

    public static TheoryData<string, int> Recipes => Marked("json recipe");

    [Theory]
    [MemberData(nameof(CSharp))]
    public void EveryCSharpBlock_Compiles(string path, int line)
    {
        (_, string mark, string code) = Page.All.Single(page => page.Path == path).Code.Single(code => code.Line == line);
        SyntaxTree block = SyntaxFactory.ParseSyntaxTree(code, Language);
        bool program = ((CompilationUnitSyntax)block.GetRoot()).Members.Any(member => member is GlobalStatementSyntax);
        string[] usings = mark.EndsWith(" web", StringComparison.Ordinal) ? [Usings, WebUsings] : [Usings];
        var compilation = CSharpCompilation.Create(
            "Snippet",
            [.. usings.Select(text => SyntaxFactory.ParseSyntaxTree(text, Language)), block],
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
        FineTuningRecipe recipe = RecipeJson.Read(Page.All.Single(page => page.Path == path).Code.Single(code => code.Line == line).Text);
        Assert.Equal(recipe.Backbone, LongTailFineTuner.CreateBuilder().UseRecipe(recipe).Build().Recipe.Backbone);
    }

    private static TheoryData<string, int> Marked(params string[] marks)
    {
        TheoryData<string, int> data = [];
        foreach (Page page in Page.All)
        {
            foreach ((int line, _, _) in page.Code.Where(code => marks.Contains(code.Mark)))
                data.Add(page.Path, line);
        }

        return data;
    }
}
