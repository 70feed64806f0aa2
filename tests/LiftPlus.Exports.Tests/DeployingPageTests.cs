using System.Diagnostics;
using System.Globalization;
using System.Reflection;
using System.Runtime.Loader;
using System.Text.RegularExpressions;
using LiftPlus.Data;
using LiftPlus.TestSupport;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using SkiaSharp;

namespace LiftPlus.Exports.Tests;

/// <summary>Runs the programs of docs/deploying.md as they are printed there, and compares their answers with the model's.</summary>
public sealed partial class DeployingPageTests : IDisposable
{
    private const string Usings =
        "global using System; global using System.Collections.Generic; global using System.IO; global using System.Linq;";

    private readonly TemporaryFolder _folder = new();
    private readonly FineTunedModel _model = ToyModels.Create("CLIP");
    private readonly ClassScore _expected;

    public DeployingPageTests()
    {
        OnnxExport.Save(_model, _folder["flowers.onnx"], new OnnxExportOptions { Preprocessing = true });
        const int Width = 640,
            Height = 480;
        byte[] pixels = Waves.Pixels(Width, Height, 3);
        using SKBitmap bitmap = new(Width, Height, SKColorType.Rgba8888, SKAlphaType.Opaque);
        for (int i = 0; i < Width * Height; i++)
            bitmap.SetPixel(i % Width, i / Width, new SKColor(pixels[3 * i], pixels[3 * i + 1], pixels[3 * i + 2]));
        using (FileStream file = File.Create(_folder["image.png"]))
            bitmap.Encode(file, SKEncodedImageFormat.Png, 100);
        _expected = _model.Predict(_folder["image.png"]).Best;
        File.WriteAllBytes(_folder["image.rgba"], bitmap.Bytes);
    }

    public void Dispose()
    {
        _model.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void TheProgramWithLiftPlusOnnxRuntime_Answers()
    {
        string printed = RunCSharp("OnnxImageClassifier classifier =");
        Assert.Equal(string.Create(CultureInfo.CurrentCulture, $"{_expected.ClassName} {_expected.Probability:P1}"), printed);
    }

    [Fact]
    public void TheProgramWithOnnxRuntimeAlone_Answers()
    {
        string printed = RunCSharp("using InferenceSession session", code =>
            code.Replace("new byte[height * width * 3]", $"File.ReadAllBytes(@\"{Rgb()}\")", StringComparison.Ordinal)
        );
        Assert.Equal(_expected.ClassName, printed);
    }

    [Fact]
    public void TheProgramWithMlNet_Answers()
    {
        float printed = float.Parse(RunCSharp("ApplyOnnxModel"), CultureInfo.CurrentCulture);
        Assert.Equal(_expected.Probability, printed, 0.01f); // a pixel may be one level off
    }

    [Fact]
    public void TheProgramForPython_Answers()
    {
        string python = Environment.GetEnvironmentVariable("LIFTPLUS_PYTHON") is { Length: > 0 } named ? named : "python3";
        if (Run(python, ["-c", "import numpy, onnxruntime, PIL"]) is null)
            Assert.Skip("Needs a Python with numpy, onnxruntime and Pillow; LIFTPLUS_PYTHON names it.");
        string code = Block("python", "InferenceSession").Replace("image.jpg", "image.png", StringComparison.Ordinal);
        string[] printed = Run(python, ["-c", code])!.Split(' ');
        Assert.Equal(_expected.ClassName, printed[0]);
        Assert.Equal(_expected.Probability, float.Parse(printed[1], CultureInfo.InvariantCulture), 0.01f);
    }

    [Fact]
    public void TheProgramForABrowser_Answers()
    {
        string? modules = Environment.GetEnvironmentVariable("LIFTPLUS_NODE_MODULES");
        if (string.IsNullOrEmpty(modules) || Run("node", ["--version"]) is null)
            Assert.Skip("Needs node and onnxruntime-web; LIFTPLUS_NODE_MODULES names the folder that it is installed in.");
        Directory.CreateSymbolicLink(_folder["node_modules"], modules);
        File.WriteAllText(_folder["classify.mjs"], Block("js", "onnxruntime-web"));
        File.WriteAllText(
            _folder["main.mjs"],
            """
            import { readFileSync } from "node:fs";
            import * as ort from "onnxruntime-web";
            import { classify } from "./classify.mjs";
            const [names, width, height] = JSON.parse(process.argv[2]);
            const image = { data: new Uint8ClampedArray(readFileSync("image.rgba")), width, height };
            const session = await ort.InferenceSession.create(new Uint8Array(readFileSync("flowers.onnx")));
            const { name, probability } = await classify(session, names, image);
            console.log(`${name} ${probability}`);
            """
        );
        string names = System.Text.Json.JsonSerializer.Serialize(_model.ClassNames);
        string[] printed = Run("node", ["main.mjs", $"[{names}, 640, 480]"])!.Split(' ');
        Assert.Equal(_expected.ClassName, printed[0]);
        Assert.Equal(_expected.Probability, float.Parse(printed[1], CultureInfo.InvariantCulture), 0.01f);
    }

    private string Rgb()
    {
        byte[] pixels = [.. File.ReadAllBytes(_folder["image.rgba"]).Where((_, i) => i % 4 < 3)];
        File.WriteAllBytes(_folder["image.rgb"], pixels);
        return _folder["image.rgb"];
    }

    private string RunCSharp(string part, Func<string, string>? change = null)
    {
        string code = Block("csharp", part)
            .Replace("\"flowers.onnx\"", $"@\"{_folder["flowers.onnx"]}\"", StringComparison.Ordinal)
            .Replace("\"image.jpg\"", $"@\"{_folder["image.png"]}\"", StringComparison.Ordinal);
        CSharpCompilation compilation = CSharpCompilation.Create(
            $"Program{Guid.NewGuid():N}", // several are loaded
            [CSharpSyntaxTree.ParseText(Usings), CSharpSyntaxTree.ParseText(change?.Invoke(code) ?? code)],
            ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!)
                .Split(Path.PathSeparator)
                .Select(path => MetadataReference.CreateFromFile(path)),
            new CSharpCompilationOptions(OutputKind.ConsoleApplication, nullableContextOptions: NullableContextOptions.Enable)
        );
        using MemoryStream program = new();
        Assert.Empty(compilation.Emit(program).Diagnostics.Where(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error));
        MethodInfo main = AssemblyLoadContext.Default.LoadFromStream(new MemoryStream(program.ToArray())).EntryPoint!;
        TextWriter console = Console.Out;
        using StringWriter printed = new();
        Console.SetOut(printed);
        try
        {
            main.Invoke(null, main.GetParameters().Length == 0 ? [] : [Array.Empty<string>()]);
        }
        finally
        {
            Console.SetOut(console);
        }

        return printed.ToString().Trim();
    }

    // Null if the program cannot be started or fails.
    private string? Run(string program, string[] arguments)
    {
        ProcessStartInfo start = new(program, arguments)
        {
            WorkingDirectory = _folder.Path,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        try
        {
            using Process process = Process.Start(start)!;
            Task<string> errors = process.StandardError.ReadToEndAsync();
            string output = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            _ = errors.Result;
            return process.ExitCode == 0 ? output.Trim() : null;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return null;
        }
    }

    private static string Block(string language, string part) =>
        Blocks()
            .Matches(File.ReadAllText(Repository.PathOf("docs", "deploying.md")).ReplaceLineEndings("\n"))
            .Where(block => block.Groups["language"].Value == language)
            .Select(block => block.Groups["code"].Value)
            .Single(code => code.Contains(part, StringComparison.Ordinal));

    [GeneratedRegex("^```(?<language>[^\n]*)\n(?<code>.*?)^```$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Blocks();
}
