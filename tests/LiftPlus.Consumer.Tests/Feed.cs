using System.Reflection;
using System.Xml.Linq;
using LiftPlus.TestSupport;

namespace LiftPlus.Consumer.Tests;

/// <summary>
/// Packs the library into a temporary folder under a unique version, and builds applications outside the repository from it. All other
/// packages come from the package cache, which contains them since this test was built.
/// </summary>
public sealed class Feed : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public Feed()
    {
        XDocument properties = XDocument.Load(Path.Combine(Root, "Directory.Build.props"));
        Version = $"{properties.Descendants("VersionPrefix").Single().Value}-test.{Environment.ProcessId}";
        Directory.CreateDirectory(Packages);
        DotNet.Run(
            Path.Combine(Root, "eng", "package"),
            "msbuild",
            "Feed.proj",
            "-t:Pack",
            "-v:q",
            "-nologo",
            $"-p:Configuration={Of("Configuration")}",
            $"-p:PackageVersion={Version}",
            $"-p:Feed={Packages}"
        );
        Copy(Path.Combine(Root, "tests", "consumers"), Consumers);
        new XElement(
            "configuration",
            new XElement("packageSources", new XElement("add", new XAttribute("key", "liftplus-test"), new XAttribute("value", Packages))),
            new XElement(
                "fallbackPackageFolders",
                new XElement("add", new XAttribute("key", "cache"), new XAttribute("value", Of("PackageCache")))
            )
        ).Save(Path.Combine(Consumers, "nuget.config"));
        DotNet.Run(
            Consumers,
            [
                "build",
                "Consumers.slnx",
                "-c",
                "Release",
                "-v",
                "m",
                "-nologo",
                "-p:NuGetAudit=false",
                $"-p:RestorePackagesPath={_folder["cache"]}",
                .. VersionsOfPackages,
            ]
        );
    }

    /// <summary>Gets the folder of the repository.</summary>
    public static string Root => Of("Root");

    /// <summary>Gets the version of the packages.</summary>
    public string Version { get; }

    /// <summary>Gets the folder of the packages.</summary>
    public string Packages => _folder["feed"];

    private string Consumers => _folder["consumers"];

    /// <summary>Runs one build target of an application.</summary>
    public string Target(string project, string target, params IEnumerable<string> more) =>
        DotNet.Run(Consumers, ["msbuild", project, $"-t:{target}", "-v:m", "-nologo", .. VersionsOfPackages, .. more]);

    /// <summary>Runs an application and returns its output.</summary>
    public string Run(string application, params IEnumerable<string> arguments) =>
        DotNet.Run(Consumers, [Path.Combine(Consumers, application, "bin", "Release", "net10.0", application + ".dll"), .. arguments]);

    /// <summary>Runs an application that must fail, and returns its output.</summary>
    public string RunToFailure(string application, params IEnumerable<string> arguments) =>
        Assert.Throws<InvalidOperationException>(() => Run(application, arguments)).Message;

    /// <summary>Creates a working folder for an application.</summary>
    public string Work(string name) => Directory.CreateDirectory(_folder[name]).FullName;

    public void Dispose() => _folder.Dispose();

    private IEnumerable<string> VersionsOfPackages =>
        [
            $"-p:LiftPlusVersion={Version}",
            $"-p:LibTorchVersion={Central("libtorch-cpu-linux-x64")}",
            $"-p:HostingVersion={Central("Microsoft.Extensions.Hosting")}",
        ];

    private static string Central(string package) =>
        XDocument
            .Load(Path.Combine(Root, "Directory.Packages.props"))
            .Descendants("PackageVersion")
            .Single(version => version.Attribute("Include")!.Value == package)
            .Attribute("Version")!
            .Value;

    private static string Of(string key) =>
        typeof(Feed).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().First(metadata => metadata.Key == key).Value!;

    private static void Copy(string from, string to)
    {
        foreach (string file in Directory.GetFiles(from, "*", SearchOption.AllDirectories))
        {
            string target = Path.Combine(to, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }
    }
}
