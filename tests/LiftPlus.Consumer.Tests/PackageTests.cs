using System.IO.Compression;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace LiftPlus.Consumer.Tests;

/// <summary>Tests the content of the packages.</summary>
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
                .Where(name => name != "LiftPlus.Data.ImageSharp"),
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
            Assert.Contains("Changelog", Value(metadata, "releaseNotes"), StringComparison.Ordinal);
            Assert.Equal(id == "LiftPlus.Core", names.Contains("buildTransitive/LiftPlus.Core.targets"));
        });

    [Fact]
    public void NoPackage_BringsNativeLibtorch() => Assert.All(Files, file =>
        {
            using ZipArchive package = ZipFile.OpenRead(file);
            Assert.DoesNotContain(package.Entries, entry => entry.FullName.StartsWith("runtimes/", StringComparison.Ordinal));
            Assert.DoesNotContain(
                Metadata(package)
                    .Descendants()
                    .Where(element => element.Name.LocalName == "dependency")
                    .Select(dependency => dependency.Attribute("id")!.Value),
                id =>
                    id.StartsWith("libtorch", StringComparison.OrdinalIgnoreCase)
                    || id.StartsWith("TorchSharp-", StringComparison.OrdinalIgnoreCase)
            );
        });

    // Relative links would be broken on the pages of a package registry.
    [Fact]
    public void EveryReadme_LinksToWholeAddressesOnly() => Assert.All(Files, file =>
        {
            using ZipArchive package = ZipFile.OpenRead(file);
            using var reader = new StreamReader(package.GetEntry("README.md")!.Open());
            Assert.All(Regex.Matches(reader.ReadToEnd(), @"\]\(([^)]*)\)").Select(link => link.Groups[1].Value), link =>
                Assert.StartsWith("https://", link)
            );
        });

    private static XElement Metadata(ZipArchive package)
    {
        using Stream nuspec = package.Entries.Single(entry => entry.FullName.EndsWith(".nuspec", StringComparison.Ordinal)).Open();
        return XDocument.Load(nuspec).Root!.Elements().Single(element => element.Name.LocalName == "metadata");
    }

    private static string Value(XElement metadata, string name) =>
        metadata.Elements().Single(element => element.Name.LocalName == name).Value;
}
