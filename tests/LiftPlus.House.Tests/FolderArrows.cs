using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace LiftPlus.House.Tests;

/// <summary>Finds which folders of an assembly use types of which others, by the compiler's own symbols.</summary>
internal static class FolderArrows
{
    private const string ImplicitUsings =
        "global using System; global using System.Collections.Generic; global using System.IO; global using System.Linq; "
        + "global using System.Net.Http; global using System.Threading; global using System.Threading.Tasks;";

    /// <summary>Gets the arrows between the top folders of an assembly, each with an example; "." is the assembly's own folder.</summary>
    public static Dictionary<(string From, string To), string> Of(string assembly)
    {
        string root = $"src/{assembly}";
        SyntaxTree[] trees =
        [
            .. SourceFiles
                .Below(root)
                .Where(file => !file.Path.Contains("/buildTransitive/"))
                .Select(file => CSharpSyntaxTree.ParseText(file.Text, path: file.Path)),
        ];
        CSharpCompilation compilation = CSharpCompilation.Create(
            assembly,
            [.. trees, CSharpSyntaxTree.ParseText(ImplicitUsings)],
            ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!)
                .Split(Path.PathSeparator)
                .Where(path => Path.GetFileNameWithoutExtension(path) != assembly)
                .Select(path => MetadataReference.CreateFromFile(path)),
            new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, allowUnsafe: true)
        );
        Dictionary<(string From, string To), string> arrows = [];
        foreach (SyntaxTree tree in trees)
        {
            SemanticModel model = compilation.GetSemanticModel(tree);
            string from = FolderOf(tree, root);
            foreach (SimpleNameSyntax name in tree.GetRoot().DescendantNodes().OfType<SimpleNameSyntax>())
            {
                if (TypeOf(model.GetSymbolInfo(name))?.DeclaringSyntaxReferences.FirstOrDefault()?.SyntaxTree is not SyntaxTree used)
                    continue;
                if (FolderOf(used, root) is string to && to != from)
                    arrows.TryAdd((from, to), $"{tree.FilePath}:{name.GetLocation().GetLineSpan().StartLinePosition.Line + 1} uses {name}");
            }
        }

        return arrows;
    }

    // The type that a name stands for, or the one that has the member that it stands for.
    private static INamedTypeSymbol? TypeOf(SymbolInfo info)
    {
        ISymbol? symbol = info.Symbol ?? info.CandidateSymbols.FirstOrDefault();
        return symbol as INamedTypeSymbol ?? symbol?.ContainingType;
    }

    private static string FolderOf(SyntaxTree tree, string root) =>
        tree.FilePath[(root.Length + 1)..].Split('/') is [string folder, _, ..] ? folder : ".";
}
