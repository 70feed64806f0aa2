using System.IO.Compression;
using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace LiftPlus.Consumer.Tests;

/// <summary>The contents of the packages.</summary>
[Collection(nameof(Feed))]
public sealed class PackageTests(Feed feed)
{
    private IEnumerable<string> Files => Directory.GetFiles(feed.Packages, "*.nupkg").Order(StringComparer.Ordinal);

    [Fact]
    public void EveryLibraryProject_GivesAPackageAndItsSymbols()
    {
        string[] projects =
        [
            .. Directory
                .GetDirectories(Path.Combine(Feed.Root, "src"))
                .Select(folder => Path.GetFileName(folder))
                .Where(name => name != "LiftPlus.Cli"), // a tool, not a library
        ];
        Assert.Contains("LiftPlus.Core", projects);
        foreach (string project in projects)
        {
            Assert.True(File.Exists(Path.Combine(feed.Packages, $"{project}.{feed.Version}.nupkg")), project);
            using ZipArchive symbols = ZipFile.OpenRead(Path.Combine(feed.Packages, $"{project}.{feed.Version}.snupkg"));
            Assert.Contains($"lib/net10.0/{project}.pdb", symbols.Entries.Select(entry => entry.FullName));
        }
    }

    [Fact]
    public void EveryPackage_HasItsReadmeIconLicenceAndDocumentation() => Assert.All(Files, file =>
        {
            using ZipArchive package = ZipFile.OpenRead(file);
            string[] names = [.. package.Entries.Select(entry => entry.FullName)];
            XElement metadata = Metadata(package);
            string id = Value(metadata, "id");
            Assert.Contains($"lib/net10.0/{id}.dll", names);
            Assert.Contains($"lib/net10.0/{id}.xml", names);
            Assert.Contains(Value(metadata, "readme"), names);
            Assert.Contains(Value(metadata, "icon"), names);
            Assert.Equal("MIT", Value(metadata, "license"));
            Assert.NotEmpty(Value(metadata, "tags"));
            string notes = Value(metadata, "releaseNotes");
            Assert.StartsWith("### ", notes, StringComparison.Ordinal); // the version's own section, without its heading
            Assert.DoesNotContain("\n## ", notes, StringComparison.Ordinal);
            Assert.Equal(id == "LiftPlus.Core", names.Contains("buildTransitive/LiftPlus.Core.targets"));
        });

    [Fact]
    public void ThePackages_ReferenceEachOtherByExactVersion()
    {
        (string Id, string Range)[] own =
        [
            .. Files
                .SelectMany(Dependencies)
                .Where(dependency => dependency.Id == "LiftPlus" || dependency.Id.StartsWith("LiftPlus.", StringComparison.Ordinal)),
        ];
        Assert.NotEmpty(own);
        Assert.All(own, dependency => Assert.Equal($"[{feed.Version}]", dependency.Range));
    }

    [Fact]
    public void TheDocumentation_CoversThePublicTypesAlone() => Assert.All(Files, file =>
        {
            using ZipArchive package = ZipFile.OpenRead(file);
            string id = Value(Metadata(package), "id");
            using Stream stream = package.GetEntry($"lib/net10.0/{id}.xml")!.Open();
            string[] documented =
            [
                .. XDocument
                    .Load(stream)
                    .Descendants("member")
                    .Select(member => member.Attribute("name")!.Value)
                    .Where(name => name.StartsWith("T:", StringComparison.Ordinal))
                    .Select(name => name[2..])
                    .Order(StringComparer.Ordinal),
            ];
            Assert.Equal(PublicTypes(package.GetEntry($"lib/net10.0/{id}.dll")!), documented);
        });

    [Fact]
    public void NoPackage_BringsNativeLibtorch() => Assert.All(Files, file =>
        {
            using ZipArchive package = ZipFile.OpenRead(file);
            Assert.DoesNotContain(package.Entries, entry => entry.FullName.StartsWith("runtimes/", StringComparison.Ordinal));
            Assert.DoesNotContain(Dependencies(file), dependency =>
                dependency.Id.StartsWith("libtorch", StringComparison.OrdinalIgnoreCase)
                || dependency.Id.StartsWith("TorchSharp-", StringComparison.OrdinalIgnoreCase)
            );
        });

    // On the page of a package registry, relative links lead nowhere.
    [Fact]
    public void EveryReadme_LinksToWholeAddressesOnly() => Assert.All(Files, file =>
        {
            using ZipArchive package = ZipFile.OpenRead(file);
            using var reader = new StreamReader(package.GetEntry("README.md")!.Open());
            Assert.All(Regex.Matches(reader.ReadToEnd(), @"\]\(([^)]*)\)").Select(link => link.Groups[1].Value), link =>
                Assert.StartsWith("https://", link)
            );
        });

    // The types that users see, with the names that the documentation has: nested types after a dot.
    private static IEnumerable<string> PublicTypes(ZipArchiveEntry assembly)
    {
        using var copy = new MemoryStream();
        using (Stream stream = assembly.Open())
            stream.CopyTo(copy);
        copy.Position = 0;
        using var file = new PEReader(copy);
        MetadataReader reader = file.GetMetadataReader();
        return [.. reader.TypeDefinitions.Select(handle => Public(reader, handle)).OfType<string>().Order(StringComparer.Ordinal)];
    }

    private static string? Public(MetadataReader reader, TypeDefinitionHandle handle)
    {
        TypeDefinition type = reader.GetTypeDefinition(handle);
        string name = reader.GetString(type.Name);
        return (type.Attributes & TypeAttributes.VisibilityMask) switch
        {
            TypeAttributes.Public => $"{reader.GetString(type.Namespace)}.{name}",
            TypeAttributes.NestedPublic or TypeAttributes.NestedFamily when Public(reader, type.GetDeclaringType()) is string outer =>
                $"{outer}.{name}",
            _ => null,
        };
    }

    private static IEnumerable<(string Id, string Range)> Dependencies(string file)
    {
        using ZipArchive package = ZipFile.OpenRead(file);
        return
        [
            .. Metadata(package)
                .Descendants()
                .Where(element => element.Name.LocalName == "dependency")
                .Select(dependency => (dependency.Attribute("id")!.Value, dependency.Attribute("version")!.Value)),
        ];
    }

    private static XElement Metadata(ZipArchive package)
    {
        using Stream nuspec = package.Entries.Single(entry => entry.FullName.EndsWith(".nuspec", StringComparison.Ordinal)).Open();
        return XDocument.Load(nuspec).Root!.Elements().Single(element => element.Name.LocalName == "metadata");
    }

    private static string Value(XElement metadata, string name) =>
        metadata.Elements().Single(element => element.Name.LocalName == name).Value;
}
