using System.Reflection;

namespace NnUNet.Foundation;

/// <summary>A name that no catalogue entry has.</summary>
public sealed class CatalogException(string where, string what, string remedy) : DescribedException(where, what, remedy);

/// <summary>
/// Finds the classes of one extension point by name: sealed classes that derive from <typeparamref name="T"/>, carry
/// <see cref="CatalogNameAttribute"/> and have a parameterless constructor.
/// </summary>
/// <typeparam name="T">The extension point, such as a planner or an image format.</typeparam>
/// <remarks>Looks once through <see cref="CatalogAssemblies"/>; a user's plug-in assemblies are added there before.</remarks>
public static class Catalog<T>
    where T : class
{
    private static readonly Lock Gate = new();
    private static (int Version, SortedDictionary<string, Type> Types)? _entries;

    /// <summary>The known names in ordinal order.</summary>
    public static IReadOnlyCollection<string> Names => Entries().Keys;

    /// <summary>Whether the name is known.</summary>
    public static bool Contains(string name) => Entries().ContainsKey(name);

    /// <summary>A new instance of the named class.</summary>
    /// <exception cref="CatalogException">No class has that name; the message names the nearest.</exception>
    public static T Create(string name) => Entries().TryGetValue(name, out Type? type)
        ? (T)Activator.CreateInstance(type)!
        : throw new CatalogException(typeof(T).Name, $"no {typeof(T).Name} is called \"{name}\"", Nearest.Remedy(name, Names));

    private static SortedDictionary<string, Type> Entries()
    {
        CatalogAssemblies.Add(typeof(T).Assembly); // its module initialiser may not have run yet
        lock (Gate)
        {
            if (_entries is { } known && known.Version == CatalogAssemblies.Version) return known.Types;

            SortedDictionary<string, Type> found = new(StringComparer.Ordinal);
            (int version, Assembly[] assemblies) = CatalogAssemblies.Snapshot();
            foreach (Type type in assemblies.SelectMany(static a => a.GetTypes()))
            {
                if (type.IsAbstract || !typeof(T).IsAssignableFrom(type)) continue;
                foreach (CatalogNameAttribute attribute in type.GetCustomAttributes<CatalogNameAttribute>(inherit: false))
                {
                    if (!found.TryAdd(attribute.Name, type))
                    {
                        throw new CatalogException(
                            typeof(T).Name,
                            $"both {found[attribute.Name].FullName} and {type.FullName} are called \"{attribute.Name}\"",
                            "rename one of them");
                    }
                }
            }

            _entries = (version, found);
            return found;
        }
    }
}
